package dev.steering.extract.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.tuning.TuningCurve.Epoch;
import dev.steering.extract.DemoModel;
import dev.steering.extract.tune.AnchorPairFile;
import dev.steering.extract.tune.Examples;
import dev.steering.extract.tune.Region;
import dev.steering.extract.tune.Tuning;
import dev.steering.extract.tune.TuningListener;
import dev.steering.extract.tune.TuningSettings;
import dev.steering.extract.tune.TuningState;
import dev.steering.gradient.GradientOptions;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole objective, several steps of it, against {@code golden_learning.py}: torch autograd and torch's AdamW. */
class FrozenLayersTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final int STEPS = 4;

    @ParameterizedTest
    @CsvSource({"1, 12", "4, 40"})
    void stepsOfTheObjectiveAreThoseOfTorch(int layer, double norm) {
        SafetensorsFile golden = SafetensorsFile.open(RESOURCES.resolve("learning-golden.safetensors"));
        Examples pairs =
                BothWays.encode(DemoModel.model(), AnchorPairFile.read(RESOURCES.resolve("acd-anchors.jsonl")));
        // All pairs in every step, and the same ones held out: an epoch is a step.
        TuningSettings settings =
                DirectionLearner.defaults().withLength(STEPS, STEPS).withBatch(100);
        float[] start = golden.floats(layer + ".start");
        try (FrozenLayers layers = FrozenLayers.open(DemoModel.model().model().bundle(), GradientOptions.defaults())) {
            Tuning tuning = new Tuning(
                    "layer " + layer,
                    settings,
                    new ScaledLoss(layers, layer, norm / Math.sqrt(start.length)),
                    new Region.Sphere(Math.sqrt(start.length)),
                    pairs,
                    pairs,
                    TuningListener.NONE);
            TuningState state = tuning.start(start);
            while (state.ending() == null) {
                state = tuning.epoch(state);
            }
            float[] losses = golden.floats(layer + ".losses");
            for (int step = 0; step < STEPS; step++) {
                Epoch epoch = state.epochs().get(step + 1);
                assertEquals(losses[step], epoch.train(), 1e-5 * losses[step], "before step " + step);
                assertEquals(losses[step + 1], epoch.heldOut(), 1e-5 * losses[step], "after step " + step);
            }
            assertArrayEquals(golden.floats(layer + ".vector"), state.values(), 2e-3f);
        }
    }
}
