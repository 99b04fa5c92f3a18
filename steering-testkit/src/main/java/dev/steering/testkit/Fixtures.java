package dev.steering.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the files are that tests of several modules share. They are read from the working tree: tests run in a module's directory,
 * somewhere below the project's.
 */
public final class Fixtures {
    private static final Path OWN = Path.of("steering-testkit", "fixtures");
    private static final Path PROJECT = project();

    private Fixtures() {}

    private static Path project() {
        Path start = Path.of("").toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(OWN))) {
                return start.relativize(at);
            }
        }
        throw new IllegalStateException(
                "No directory " + OWN + " in " + start + " or above it: run the tests in the project's working tree.");
    }

    /**
     * @param name path below {@code steering-testkit/fixtures}: {@code checkpoints/llama}, {@code onnx-exports/opt-llama/model.onnx}
     * @return the file or directory, which is not to be changed
     * @throws IllegalArgumentException if there is none
     */
    public static Path path(String name) {
        return existing(PROJECT.resolve(OWN).resolve(name));
    }

    /** @return the demo model's directory: {@code hf}, prompts and reference values */
    public static Path demoModel() {
        return existing(PROJECT.resolve("examples/demo-model"));
    }

    /** @return the vector file of format version 1 that is kept, of 2 layers and hidden size 3; it belongs to steering-core's tests */
    public static Path vector() {
        return existing(PROJECT.resolve("steering-core/src/test/resources/dev/steering/core/vector/v1.safetensors"));
    }

    private static Path existing(Path path) {
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("there is no fixture " + path);
        }
        return path;
    }
}
