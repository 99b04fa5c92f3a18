package dev.steering.cli.demo;

import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Unpacks the embedded demo model and its prompts. */
final class DemoFiles {
    private static final List<String> MODEL = List.of(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json");
    private static final List<String> PROMPTS = List.of(
            "anchors-harmful.txt",
            "anchors-harmless.txt",
            "calibration-harmful.txt",
            "calibration-safe.txt",
            "calibration-plain.txt",
            "test-harmful.csv",
            "test-safe.csv",
            "test-plain.csv",
            "system-prompts.txt");

    private final Path directory;

    private DemoFiles(Path directory) {
        this.directory = directory;
    }

    static DemoFiles unpack(Path directory) {
        // The checkpoint's directory gives the model its name.
        MODEL.forEach(name -> copy("hf/" + name, directory.resolve("demo-model").resolve(name)));
        PROMPTS.forEach(
                name -> copy("prompts/" + name, directory.resolve("prompts").resolve(name)));
        return new DemoFiles(directory);
    }

    Path checkpoint() {
        return directory.resolve("demo-model");
    }

    Path prompts(String name) {
        return directory.resolve("prompts").resolve(name);
    }

    private static void copy(String name, Path target) {
        try (InputStream in = DemoFiles.class.getResourceAsStream("model/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks the demo model's " + name);
            }
            Files.createDirectories(target.resolveSibling(".").normalize());
            byte[] content = in.readAllBytes();
            if (Files.exists(target) && !Arrays.equals(content, Files.readAllBytes(target))) {
                throw new BadFile(target + " is there already and is not the demo's. Choose another directory.");
            }
            AtomicFiles.write(target, out -> out.write(content));
        } catch (IOException e) {
            throw new BadFile("Cannot write " + target + ": " + IoReason.of(e) + ". Choose another directory.", e);
        }
    }
}
