package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;

import java.nio.file.Path;

/** The demo model's bundle with a vector that {@code steer layers} has anchored. */
record DemoVector(String bundle, String vector) {
    static final Path DEMO = Path.of("../examples/demo-model");

    static DemoVector in(Path directory) {
        String bundle = directory.resolve("bundle").toString();
        String raw = directory.resolve("raw.safetensors").toString();
        String vector = directory.resolve("refusal.safetensors").toString();
        steer("export", DEMO.resolve("hf").toString(), "-o", bundle).assertSucceeds();
        String harmful = DEMO.resolve("prompts/anchors-harmful.txt").toString();
        String harmless = DEMO.resolve("prompts/anchors-harmless.txt").toString();
        steer("extract", "--model", bundle, "--harmful", harmful, "--harmless", harmless, "-o", raw)
                .assertSucceeds();
        steer("layers", raw, "--model", bundle, "-o", vector).assertSucceeds();
        return new DemoVector(bundle, vector);
    }
}
