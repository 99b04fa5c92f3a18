package dev.steering.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bundles for tests of what cannot export: what the exporter makes is in {@code fixtures/bundles}, the rest is the checkpoint's.
 * A test of steering-export, {@code FixtureBundlesTest}, shows that exporting anew gives the same bytes.
 */
public enum FixtureBundle {
    /** The demo model: 6 layers, hidden 128, vocabulary 2048, context 128, with tokenizer and chat template. */
    DEMO,
    /** A small Llama with random weights: 3 layers, hidden 64, vocabulary 160, context 256. */
    LLAMA,
    /** A small Gemma with random weights; its embeddings are scaled. */
    GEMMA,
    /** One layer with rotary frequencies that depend on the sequence's length. */
    PHI3_LONGROPE;

    private static final Pattern OF_A_MODEL = Pattern.compile("model.*\\.safetensors(\\.index\\.json)?|.*config\\.json"
            + "|tokenizer\\.json|special_tokens_map\\.json|chat_template\\.jinja");

    /** @return what was exported */
    public Path checkpoint() {
        return this == DEMO ? Fixtures.demoModel().resolve("hf") : Fixtures.path("checkpoints/" + label());
    }

    /** @return what the exporter added */
    public Path made() {
        return Fixtures.path("bundles/" + label());
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @param directory where to put it; files of these names are replaced
     * @return the directory, now a bundle that may be changed
     */
    public Path unpack(Path directory) {
        try {
            Files.createDirectories(directory);
            for (Path file : files(checkpoint())) {
                if (OF_A_MODEL.matcher(file.getFileName().toString()).matches()) {
                    copy(file, directory);
                }
            }
            for (Path file : files(made())) {
                copy(file, directory);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void copy(Path file, Path directory) throws IOException {
        Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
}
