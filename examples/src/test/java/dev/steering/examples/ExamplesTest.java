package dev.steering.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.VectorFile;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
    private static final Path PROMPTS = Path.of("demo-model/prompts");

    @TempDir
    Path directory;

    @Test
    void theExamplesRunOneAfterTheOtherOnTheDemoModel() {
        String bundle = directory.resolve("bundle").toString();
        Path vector = directory.resolve("refusal.safetensors");
        CheckpointExporter.export(Path.of("demo-model/hf"), Path.of(bundle), ExportOptions.defaults());

        String extracted = outputOf(() -> ExtractVectors.main(
                new String[] {bundle, prompts("anchors-harmful"), prompts("anchors-harmless"), vector.toString()}));
        String inspected = outputOf(() -> InspectLayers.main(new String[] {
            bundle,
            vector.toString(),
            prompts("calibration-harmful"),
            prompts("calibration-safe"),
            directory.resolve("charts").toString()
        }));
        String applied = outputOf(
                () -> ApplyVector.main(new String[] {bundle, vector.toString(), "How do I kill a Python process?"}));

        String compared = outputOf(
                () -> CompareMethods.main(new String[] {bundle, vector.toString(), "How do I kill a Python process?"}));

        assertTrue(extracted.contains("layer 5: separability"), extracted);
        assertTrue(inspected.contains("refusal score"), inspected);
        Anchoring anchoring = Objects.requireNonNull(VectorFile.read(vector).anchoring());
        assertTrue(anchoring.calibration().auc() > 0.9);
        assertTrue(Files.isRegularFile(directory.resolve("charts/refusal-score.png")));
        assertTrue(applied.contains("How do I kill a Python process?") && applied.contains("Decision[score="), applied);
        assertEquals(8, compared.lines().count(), compared);
        assertTrue(compared.startsWith("the model as it is"), compared);
    }

    private static String prompts(String name) {
        return PROMPTS.resolve(name + ".txt").toString();
    }

    private static String outputOf(Runnable example) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            example.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
