package dev.steering.export.checkpoint;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/** What to call a model whose configuration does not say it: after its directory, unless every model lies in one of that name. Stateless. */
public final class ModelName {
    private static final Set<String> COMMON =
            Set.of("hf", "model", "models", "checkpoint", "onnx", "main", "snapshots", "weights", "final", "merged");
    private static final Pattern REVISION = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern CACHED = Pattern.compile("models--(.+)--(.+)");

    private ModelName() {}

    /**
     * @param configured what {@code _name_or_path} of the configuration says; blank for nothing, and ignored where it is a place on somebody's disk
     * @param directory where the model lies
     * @return its name: never that of a directory that says nothing, such as {@code hf} or a cache's revision, while one above says more
     */
    public static String of(String configured, Path directory) {
        if (!configured.isBlank()
                && !configured.startsWith("/")
                && !configured.startsWith(".")
                && !configured.contains("\\")) {
            return configured;
        }
        Path whole = directory.toAbsolutePath().normalize();
        for (int i = whole.getNameCount() - 1; i >= 0; i--) {
            String name = whole.getName(i).toString();
            var cached = CACHED.matcher(name);
            if (cached.matches()) {
                return cached.group(1) + "/" + cached.group(2);
            }
            if (!COMMON.contains(name) && !REVISION.matcher(name).matches()) {
                return name;
            }
        }
        return String.valueOf(whole.getFileName());
    }
}
