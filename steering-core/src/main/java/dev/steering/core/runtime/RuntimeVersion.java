package dev.steering.core.runtime;

/** Which ONNX Runtime runs. */
public final class RuntimeVersion {
    private RuntimeVersion() {}

    /** @return its version, e.g. {@code 1.29.0} */
    public static String get() {
        return Sessions.environment().getVersion();
    }
}
