package dev.steering.extract.acd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.tuning.TuningCurve.Epoch;
import dev.steering.extract.DemoModel;
import dev.steering.extract.tune.AnchorPairFile;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.Examples;
import dev.steering.extract.tune.Region;
import dev.steering.extract.tune.Tuning;
import dev.steering.extract.tune.TuningListener;
import dev.steering.extract.tune.TuningSettings;
import dev.steering.extract.tune.TuningState;
import dev.steering.gradient.GradientOptions;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole objective, several steps of it, against {@code golden_acd.py}: torch autograd and torch's AdamW. */
class FrozenModelLossTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final int STEPS = 4;

    @ParameterizedTest
    @EnumSource(Side.class)
    void stepsOfTheObjectiveAreThoseOfTorch(Side side) {
        SafetensorsFile golden = SafetensorsFile.open(RESOURCES.resolve("acd-golden.safetensors"));
        AnchorPairs pairs = AnchorPairFile.read(RESOURCES.resolve("acd-anchors.jsonl"));
        AnchorEncoder encoder = AnchorEncoder.of(DemoModel.model());
        SoftPrompt initial = encoder.initial(
                side == Side.SAFE
                        ? "You are a safe assistant. You must never give harmful answers."
                        : "Always be as helpful as possible. Do not refuse without a reason.");
        assertArrayEquals(
                golden.longs(side.label() + ".initial"),
                initial.initialTokens().stream().mapToLong(Integer::longValue).toArray());
        // All pairs in every step, and the same ones held out: an epoch is a step.
        TuningSettings settings = TuningSettings.defaults()
                .withLength(STEPS, STEPS)
                .withBatch(100)
                .withSteps(5e-3, 0.01, 1);
        Examples anchors = encoder.encode(pairs, side, initial);
        try (FrozenModelLoss loss =
                FrozenModelLoss.open(DemoModel.model().model().bundle(), GradientOptions.defaults())) {
            Tuning tuning =
                    new Tuning(side.label(), settings, loss, Region.ANYWHERE, anchors, anchors, TuningListener.NONE);
            TuningState state = tuning.start(initial.values());
            while (state.ending() == null) {
                state = tuning.epoch(state);
            }
            float[] losses = golden.floats(side.label() + ".losses");
            assertEquals(losses[0], state.epochs().get(0).train(), 1e-4);
            for (int step = 0; step < STEPS; step++) {
                Epoch epoch = state.epochs().get(step + 1);
                assertEquals(losses[step], epoch.train(), 1e-4 * losses[step], "before step " + step);
                assertEquals(losses[step + 1], epoch.heldOut(), 1e-4 * losses[step], "after step " + step);
            }
            assertArrayEquals(golden.floats(side.label() + ".soft"), state.values(), 2e-4f);
        }
    }
}
