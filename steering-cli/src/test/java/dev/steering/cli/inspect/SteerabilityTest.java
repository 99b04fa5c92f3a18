package dev.steering.cli.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.inspect.Inspector;
import dev.steering.testkit.Fixtures;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteerabilityTest {
    private static final Path DEMO = Fixtures.demoModel().resolve("hf");
    private static final Path VECTOR = Fixtures.vector();
    private static final Path EXPORTS = Fixtures.path("onnx-exports");

    @TempDir
    private Path directory;

    private static Steerability of(Path path) {
        return Steerability.of(Inspector.inspect(path));
    }

    @Test
    void aBundleNeedsItsFiles() throws IOException {
        Path bundle = directory.resolve("bundle");
        CheckpointExporter.export(DEMO, bundle, ExportOptions.defaults().withCopyWeights(true));
        Files.delete(bundle.resolve("tokenizer.json"));
        assertEquals(Steerability.Answer.YES, of(bundle).answer());
        assertEquals(Steerability.Answer.YES, of(bundle.resolve("model.onnx")).answer());

        Files.delete(bundle.resolve("model.safetensors"));
        assertEquals(
                "it lacks model.safetensors; export the model again", of(bundle).detail());
        assertNull(of(bundle).next());
    }

    @Test
    void aCheckpointIsExportedFirst() throws IOException {
        Path llama = TestCheckpoint.load("llama").save(directory.resolve("llama"));
        assertEquals(Steerability.Answer.AFTER_EXPORT, of(llama).answer());
        assertEquals("steer export " + llama + " -o BUNDLE", of(llama).next());

        TestCheckpoint unknown = TestCheckpoint.load("llama");
        unknown.config.put("model_type", "no-such-type");
        Steerability refused = of(unknown.save(directory.resolve("unknown")));
        assertEquals(Steerability.Answer.NO, refused.answer());
        assertTrue(refused.detail().contains("model_type \"no-such-type\" is not supported"), refused.detail());
        assertNull(refused.next());
    }

    @Test
    void aGraphIsInstrumentedFirst() {
        Path graph = EXPORTS.resolve("opt-llama/model.onnx");
        assertEquals(Steerability.Answer.YES, of(graph).answer());
        assertEquals("steer instrument " + graph + " -o BUNDLE", of(graph).next());
    }

    @Test
    void aVectorSteers() {
        assertEquals(Steerability.Answer.IS_VECTOR, of(VECTOR).answer());
        assertEquals(
                "steer generate --model BUNDLE --vector " + VECTOR + " PROMPT",
                of(VECTOR).next());
    }
}
