package dev.steering.model.ort.graph;

import dev.steering.model.ort.internal.Sessions;

/** Which ONNX Runtime runs. */
public final class RuntimeVersion {
    private RuntimeVersion() {}

    /** @return its version, e.g. {@code 1.29.0} */
    public static String get() {
        return Sessions.environment().getVersion();
    }
}
