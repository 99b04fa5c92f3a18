package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.testkit.DemoRefusal;
import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The demo model's bundle with a vector that {@code steer layers} has anchored. */
record DemoVector(String bundle, String vector) {
    static final Path DEMO = Fixtures.demoModel();

    static DemoVector in(Path directory) {
        String bundle = directory.resolve("bundle").toString();
        String raw = directory.resolve("raw.safetensors").toString();
        String vector = directory.resolve("refusal.safetensors").toString();
        steer("export", DEMO.resolve("hf").toString(), "-o", bundle).assertSucceeds();
        String harmful = DEMO.resolve("prompts/anchors-harmful.txt").toString();
        String harmless = DEMO.resolve("prompts/anchors-harmless.txt").toString();
        steer("extract", "--model", bundle, "--harmful", harmful, "--harmless", harmless, "-o", raw)
                .assertSucceeds();
        steer("layers", raw, "--model", bundle, "--harmful", harmful, "--harmless", harmless, "-o", vector)
                .assertSucceeds();
        return new DemoVector(bundle, vector);
    }

    /** The raw mean difference of the reference run, bound to a bundle. */
    static Path reference(Path file, String bundle) {
        SteeringVector vector = DemoRefusal.vector(
                        Bundle.open(Path.of(bundle)).manifest().fingerprint())
                .withAnchoring(null)
                .withStatistics(IntStream.range(0, 6)
                        .mapToObj(l -> new LayerStatistics(l, 1, 1, 1))
                        .toList())
                .withPrompts(ExtractionPrompts.kept(new ContrastSet(List.of("a"), List.of("b"))));
        VectorFile.write(file, vector);
        return file;
    }
}
