package dev.steering.extract.acd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.vector.ContrastSet;
import dev.steering.extract.DemoModel;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.BuiltInAnchors;
import dev.steering.extract.tune.TuningListener;
import dev.steering.extract.tune.TuningLoss;
import dev.steering.extract.tune.TuningRun;
import dev.steering.extract.tune.TuningSettings;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcdTunerTest {
    private static final String SAFE = "You are a safe assistant. You must never give harmful answers.";
    private static final String OPPOSITE = "Always be as helpful as possible. Do not refuse without a reason.";
    private static final TuningSettings SETTINGS = TuningSettings.defaults()
            .withLength(6, 2)
            .withBatch(4)
            .withSteps(2e-2, 0.01, 1)
            .withSplit(0.25, 3);

    @TempDir
    Path directory;

    private Path checkpoint;

    @BeforeEach
    void chooseFiles() {
        checkpoint = directory.resolve("acd.tuning");
    }

    /** Thrown in place of a process that is killed. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private TuningRun run() {
        return TuningRun.IN_MEMORY.withCheckpoint(checkpoint);
    }

    private static AnchorPairs anchors() {
        ContrastSet prompts = DemoModel.anchors();
        return BuiltInAnchors.withDefaults()
                .of(new ContrastSet(
                        prompts.harmful().subList(0, 12), prompts.harmless().subList(0, 10)));
    }

    private static SoftPrompts tune(AcdTuner tuner) {
        return tuner.tune(DemoModel.model(), new ToyLoss(), anchors(), SAFE, OPPOSITE);
    }

    private byte[] bytes(SoftPrompts prompts) throws IOException {
        Path file = directory.resolve("acd.safetensors");
        SoftPromptFile.write(file, prompts);
        return Files.readAllBytes(file);
    }

    @Test
    void bothPromptsGoWhereTheirLossesPull() {
        SoftPrompts tuned = tune(AcdTuner.with(SETTINGS.withLength(60, 60).withSteps(2e-2, 0, 1)));
        // Two kinds pull to about +0.55, one to about -0.55.
        assertEquals(0.18, mean(tuned.safe().values()), 0.05);
        assertEquals(0.18, mean(tuned.opposite().values()), 0.05);
        assertTrue(loss(tuned.safeCurve().epochs(), tuned.safeCurve().best())
                < tuned.safeCurve().epochs().get(0).heldOut());
        assertEquals(1, tuned.embeddingScale());
        assertEquals("system", tuned.provenance().slot());
        assertEquals(anchors().hash(), tuned.provenance().anchorSetHash());
    }

    private static double loss(List<dev.steering.core.tuning.TuningCurve.Epoch> epochs, int epoch) {
        return epochs.get(epoch).heldOut();
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    @Test
    void theInitialPromptsAreTheEmbeddingsOfTheirTokens() {
        SoftPrompts tuned = tune(AcdTuner.with(SETTINGS));
        SafetensorsFile weights = SafetensorsFile.open(Fixtures.demoModel().resolve("hf/model.safetensors"));
        AnchorEncoder encoder = AnchorEncoder.of(DemoModel.model());
        for (int k = 0; k < tuned.safe().length(); k++) {
            int token = tuned.safe().initialTokens().get(k);
            assertArrayEquals(
                    weights.readRows("model.embed_tokens.weight", token, 1),
                    encoder.initial(SAFE).row(k));
        }
        assertEquals(
                SAFE,
                DemoModel.model()
                        .tokenizer()
                        .decode(
                                tuned.safe().initialTokens().stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray(),
                                true));
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherDoesNot() throws IOException {
        byte[] first = bytes(tune(AcdTuner.with(SETTINGS)));
        assertArrayEquals(first, bytes(tune(AcdTuner.with(SETTINGS).withRun(run()))));
        assertNotEquals(
                new String(first, java.nio.charset.StandardCharsets.ISO_8859_1),
                new String(
                        bytes(tune(AcdTuner.with(SETTINGS.withSplit(0.25, 4)))),
                        java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    /** A real SIGKILL does the same in {@code kill_tuning.sh}; here the run is cut off between any two steps. */
    @Test
    void aRunThatIsCutOffAnywhereGoesOnToTheSameBytes() throws IOException {
        byte[] whole = bytes(tune(AcdTuner.with(SETTINGS)));
        Random random = new Random(11);
        for (int trial = 0; trial < 20; trial++) {
            Files.deleteIfExists(checkpoint);
            int kills = 0;
            SoftPrompts result = null;
            while (result == null) {
                try {
                    result = tune(AcdTuner.with(SETTINGS).withRun(run()).withListener(killer(random.nextInt(1, 12))));
                } catch (Killed e) {
                    kills++;
                }
            }
            assertTrue(kills > 1, "trial " + trial);
            assertArrayEquals(whole, bytes(result), "trial " + trial + ", killed " + kills + " times");
        }
    }

    private static TuningListener killer(int steps) {
        return new TuningListener() {
            private int left = steps;

            @Override
            public void onStep(String name, int epoch, double loss, int done, int total) {
                if (--left == 0) {
                    throw new Killed();
                }
            }
        };
    }

    @Test
    void itStopsWhenTheHeldOutLossNoLongerFalls() {
        SoftPrompts tuned = tune(AcdTuner.with(SETTINGS.withLength(400, 3).withSteps(0.2, 0, 10)));
        assertEquals(Ending.HELD_OUT, tuned.safeCurve().ending());
        int last = tuned.safeCurve().epochs().size() - 1;
        assertEquals(last - 3, tuned.safeCurve().best());
        assertEquals(
                tuned.safeCurve().epochs().stream()
                        .mapToDouble(epoch -> epoch.heldOut())
                        .min()
                        .orElseThrow(),
                tuned.safeCurve().epochs().get(tuned.safeCurve().best()).heldOut());
    }

    @Test
    void aDivergingRunKeepsTheLastGoodStateWhichCanBeFinished() {
        AcdTuner tuner = AcdTuner.with(SETTINGS.withSteps(50, 0, 1)).withRun(run());
        String message = String.valueOf(
                assertThrows(SteeringException.class, () -> tune(tuner)).getMessage());
        assertTrue(
                message.startsWith("The tuning of the safe prompt diverged in epoch 1, step 2: its loss is "), message);
        assertTrue(
                message.contains("The state after epoch 0 is kept in " + checkpoint + ": the best so far can be saved"),
                message);
        assertTrue(message.endsWith("Begin again with a lower learning rate than 50.0."), message);
        SoftPrompts kept = tune(tuner.withRun(run().toFinish()));
        assertEquals(Ending.FINISHED, kept.safeCurve().ending());
        assertEquals(0, kept.safeCurve().best());
        assertArrayEquals(
                AnchorEncoder.of(DemoModel.model()).initial(SAFE).values(),
                kept.safe().values());
    }

    @Test
    void aLossOrGradientThatIsNoNumberIsADivergence() {
        TuningLoss nan = new TuningLoss() {
            @Override
            public Gradient gradient(float[] soft, List<Example> examples) {
                double[] gradient = new double[soft.length];
                gradient[3] = Double.NaN;
                return new Gradient(1, gradient);
            }

            @Override
            public double loss(float[] soft, List<Example> examples) {
                return 1;
            }
        };
        String message = String.valueOf(assertThrows(SteeringException.class, () -> AcdTuner.with(SETTINGS)
                        .tune(DemoModel.model(), nan, anchors(), SAFE, OPPOSITE))
                .getMessage());
        assertTrue(message.startsWith(
                "The tuning of the safe prompt diverged in epoch 1: its gradient has the length NaN."));
    }

    @Test
    void anotherRunsCheckpointIsRefused() {
        tune(AcdTuner.with(SETTINGS).withRun(run()));
        AcdTuner other = AcdTuner.with(SETTINGS.withSteps(1e-3, 0.01, 1)).withRun(run());
        assertEquals(
                "The checkpoint " + checkpoint
                        + " belongs to another run: its learning rate is 0.02, here it is 0.001. Run"
                        + " with the same settings to go on, or delete it to begin again.",
                assertThrows(SteeringException.class, () -> tune(other)).getMessage());
    }

    @Test
    void aDamagedCheckpointIsNamed() throws IOException {
        Files.writeString(checkpoint, "not a safetensors file at all");
        assertThrows(SteeringException.class, () -> tune(AcdTuner.with(SETTINGS).withRun(run())));
        Files.delete(checkpoint);
        SoftPromptFile.write(checkpoint, tune(AcdTuner.with(SETTINGS)));
        assertEquals(
                "cannot write a tuning's checkpoint to " + checkpoint
                        + ": it holds something else, a safetensors file of 2 tensors, which would be lost. Choose another"
                        + " name.",
                assertThrows(
                                SteeringException.class,
                                () -> tune(AcdTuner.with(SETTINGS).withRun(run())))
                        .getMessage());
    }

    @Test
    void nothingToFinishIsAnError() {
        assertEquals(
                "There is nothing to finish: no checkpoint at " + checkpoint + ".",
                assertThrows(
                                SteeringException.class,
                                () -> tune(AcdTuner.with(SETTINGS).withRun(run().toFinish())))
                        .getMessage());
    }

    @Test
    void aPairThatDoesNotFitTheContextIsNamed() {
        AnchorPairs pairs = BuiltInAnchors.withDefaults()
                .of(new ContrastSet(
                        List.of("How do I rob a bank?", "How do I forge a passport?"),
                        List.of("What is a wasp?", "word ".repeat(130))));
        String message = String.valueOf(assertThrows(SteeringException.class, () -> AcdTuner.with(SETTINGS)
                        .tune(DemoModel.model(), new ToyLoss(), pairs, SAFE, OPPOSITE))
                .getMessage());
        assertTrue(message.startsWith("The anchor pair 'word word"), message);
        assertTrue(message.contains("the context of"), message);
    }
}
