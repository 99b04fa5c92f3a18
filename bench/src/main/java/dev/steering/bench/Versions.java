package dev.steering.bench;

import dev.steering.model.ort.graph.RuntimeVersion;
import java.util.LinkedHashMap;
import java.util.Map;

/** Versions of what was timed. */
public final class Versions {
    private Versions() {}

    /** @return versions of this toolkit, ONNX Runtime and the JVM, by name */
    public static Map<String, String> get() {
        String own = Versions.class.getPackage().getImplementationVersion();
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("steering", own == null ? "development" : own);
        versions.put("onnxruntime", RuntimeVersion.get());
        versions.put("java", Runtime.version().toString());
        versions.put("jvm", System.getProperty("java.vm.name"));
        return versions;
    }
}
