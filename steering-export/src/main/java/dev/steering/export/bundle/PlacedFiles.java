package dev.steering.export.bundle;

import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Puts files of a model into a bundle. */
public final class PlacedFiles {
    private static final List<String> TOKENIZER_FILES = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "chat_template.jinja",
            "chat_template.json",
            "config.json",
            "generation_config.json");

    private PlacedFiles() {}

    /**
     * A hard link outlives the checkpoint's directory. ONNX Runtime refuses symbolic links that lead out of the bundle, so
     * across file systems only a copy is left.
     *
     * @param file a weight file
     * @param target its place in the bundle
     * @param progress told when it has to be copied
     * @throws IOException if it can be neither linked nor copied
     */
    public static void link(Path file, Path target, ProgressListener progress) throws IOException {
        Path real = file.toRealPath();
        try {
            Files.createLink(target, real);
        } catch (IOException | UnsupportedOperationException e) {
            progress.onProgress("copying weights (cannot be linked)", 0, 1);
            Files.copy(real, target);
        }
    }

    /**
     * Copies what belongs to a tokenizer and its model, as far as it is there.
     *
     * @param from a checkpoint's directory
     * @param to the bundle
     * @throws SteeringException if a file is there and cannot be copied
     */
    public static void copyTokenizer(Path from, Path to) {
        for (String name : TOKENIZER_FILES) {
            try {
                if (Files.isRegularFile(from.resolve(name))) {
                    Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                    // A read-only original must not make the bundle undeletable.
                    to.resolve(name).toFile().setWritable(true, true);
                }
            } catch (IOException e) {
                throw new SteeringException("Cannot copy " + from.resolve(name) + ": " + e.getMessage(), e);
            }
        }
    }
}
