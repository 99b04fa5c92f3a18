package dev.steering.export.instrument.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.export.instrument.InstrumentOptions;
import dev.steering.export.instrument.Instrumenter;
import dev.steering.export.instrument.signature.Overrides;
import dev.steering.model.ort.LanguageModel;
import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong points of LFM2, given by hand: a push shows nothing of it, this trial does, whatever operators the layers are made of. */
class LayerTrialTest {
    @TempDir
    private Path directory;

    private Bundle given(String... points) {
        Overrides overrides = new Overrides(List.of(points), Map.of(), null, Padding.LEFT, null, null);
        Path model = Fixtures.path("onnx-exports").resolve("dyn-lfm2").resolve("model.onnx");
        return Instrumenter.instrument(
                        model,
                        directory.resolve("bundle"),
                        InstrumentOptions.defaults().withOverrides(overrides))
                .bundle();
    }

    private String refusal(String... points) {
        try (LanguageModel model = LanguageModel.open(given(points).directory())) {
            LayerTrial trial = new LayerTrial(model, Tolerance.SINGLE);
            return String.valueOf(
                    assertThrows(SteeringException.class, trial::run).getMessage());
        }
    }

    @Test
    void aLayerBeforePointZero() {
        String message = refusal("add_248", "add_770", "add_1154");
        assertTrue(message.contains("point 0 depends on earlier tokens"), message);
    }

    @Test
    void aLayerBehindTheLastPoint() {
        String message = refusal("embedding", "add_248", "add_632", "add_770");
        assertTrue(message.contains("a layer lies there"), message);
    }

    @Test
    void aLayerThatMixesNothing() {
        String message = refusal("embedding", "add_248", "add_632", "add_770", "add_1104", "add_1154");
        assertTrue(message.contains("to be layer 4 takes nothing from other tokens"), message);
    }

    @Test
    void pointsBetweenLayersPass() {
        try (LanguageModel model = LanguageModel.open(
                given("embedding", "add_248", "add_632", "add_770", "add_1154").directory())) {
            new LayerTrial(model, Tolerance.SINGLE).run();
            assertEquals(4, model.manifest().layers());
        }
    }
}
