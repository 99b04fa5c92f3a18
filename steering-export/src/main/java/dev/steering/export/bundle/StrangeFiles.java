package dev.steering.export.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.vector.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What lies in a bundle and is not part of it: replacing the bundle would delete it. */
final class StrangeFiles {
    /** Graphs, weights and tables, whatever version wrote them. */
    private static final Pattern MODEL = Pattern.compile(".*\\.(onnx|onnx[._]data|safetensors|bin|data)(_\\d+)?|\\..*");

    private StrangeFiles() {}

    /**
     * @param bundle a bundle, of any version
     * @return a file in it that no bundle has, such as a vector; null if there is none
     * @throws IOException if it cannot be read
     */
    static @Nullable Path first(Path bundle) throws IOException {
        Set<String> own = new HashSet<>(ModelTextFiles.names());
        own.add(Bundle.MANIFEST);
        try {
            new ObjectMapper()
                    .readTree(bundle.resolve(Bundle.MANIFEST).toFile())
                    .path("sha256")
                    .fieldNames()
                    .forEachRemaining(own::add);
        } catch (JsonProcessingException e) {
            // A damaged bundle is replaced to mend it; its files are told by their names then.
        }
        try (Stream<Path> files = Files.walk(bundle)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> isStrange(file, bundle.relativize(file), own))
                    .sorted()
                    .findFirst()
                    .orElse(null);
        }
    }

    private static boolean isStrange(Path file, Path name, Set<String> own) {
        String text = name.toString().replace('\\', '/');
        if (own.contains(text) || text.startsWith(ModelTextFiles.MORE_TEMPLATES + "/")) {
            return false;
        }
        boolean result = text.endsWith(".safetensors")
                && (VectorFile.KIND.recognises(file) || SoftPromptFile.KIND.recognises(file));
        return result || !MODEL.matcher(String.valueOf(name.getFileName())).matches();
    }
}
