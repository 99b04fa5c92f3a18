package dev.steering.extract.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.DemoModel;
import dev.steering.extract.VectorExtractor;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.BuiltInAnchors;
import dev.steering.extract.tune.TuningListener;
import dev.steering.extract.tune.TuningLoss.Example;
import dev.steering.extract.tune.TuningLoss.Gradient;
import dev.steering.extract.tune.TuningRun;
import dev.steering.extract.tune.TuningSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectionLearnerTest {
    private static final int HIDDEN = 128;
    private static final PlantedLosses LOSSES = new PlantedLosses(HIDDEN);
    private static final TuningSettings SETTINGS = DirectionLearner.defaults()
            .withLength(4, 2)
            .withBatch(4)
            .withSteps(0.1, 0, 1)
            .withSplit(0.25, 3);

    private static AnchorPairs anchors;
    private static SteeringVector mean;

    @TempDir
    Path directory;

    /** Thrown in place of a process that is killed. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @BeforeAll
    static void extract() {
        ContrastSet prompts = DemoModel.anchors();
        anchors = BuiltInAnchors.withDefaults()
                .of(new ContrastSet(
                        prompts.harmful().subList(0, 12), prompts.harmless().subList(0, 10)));
        mean = VectorExtractor.withDefaults().extract(DemoModel.model(), anchors.prompts());
    }

    private static SteeringVector learn(DirectionLearner learner) {
        return learner.learn(DemoModel.model(), LOSSES, anchors, mean);
    }

    private static Learning learning(SteeringVector vector) {
        return Objects.requireNonNull(vector.learning());
    }

    private byte[] bytes(SteeringVector vector) throws IOException {
        Path file = directory.resolve("learned.safetensors");
        VectorFile.write(file, vector);
        assertEquals(vector, VectorFile.read(file));
        return Files.readAllBytes(file);
    }

    @Test
    void aPlantedDirectionIsFoundWithItsSignAtTheMeanDifferencesNorm() {
        SteeringVector vector = learn(DirectionLearner.with(SETTINGS.withLength(60, 60)));
        for (int l = 0; l < vector.layers(); l++) {
            double[] u = LOSSES.planted(l);
            float[] planted = new float[HIDDEN];
            for (int i = 0; i < HIDDEN; i++) {
                planted[i] = (float) u[i];
            }
            double cosine = vector.directions().cosine(l, LayerMatrix.of(new float[][] {planted}), 0);
            assertTrue(cosine > 0.95, "layer " + l + ": " + cosine);
            assertEquals(
                    mean.directions().norm(l),
                    vector.directions().norm(l),
                    1e-4 * mean.directions().norm(l));
        }
        Learning learning = learning(vector);
        assertEquals(List.of(0, 1, 2, 3, 4, 5), learning.layerNumbers());
        assertEquals("random", learning.start());
        assertEquals(anchors.hash(), learning.anchorSetHash());
        for (Learning.Layer layer : learning.layers()) {
            // Six groups of examples, each log 2 without a vector.
            assertEquals(6 * Math.log(2), layer.unsteeredLoss(), 1e-9);
            assertTrue(layer.learnedLoss() < layer.meanDifferenceLoss());
            assertEquals(vector.directions().cosine(layer.layer(), mean.directions(), layer.layer()), layer.cosine());
        }
        assertEquals("optimized", vector.provenance().method());
        assertEquals(3, vector.provenance().seed());
        assertEquals(mean.transitionReference(), vector.transitionReference());
    }

    @Test
    void layersThatAreNotChosenKeepTheMeanDifference() {
        SteeringVector vector = learn(DirectionLearner.with(SETTINGS).withLayers(List.of(4, 2)));
        assertEquals(List.of(2, 4), learning(vector).layerNumbers());
        for (int l = 0; l < vector.layers(); l++) {
            boolean same =
                    Arrays.equals(mean.directions().row(l), vector.directions().row(l));
            assertEquals(l != 2 && l != 4, same, "layer " + l);
        }
    }

    @Test
    void fromTheMeanDifferenceItIsNeverWorseOnTheHeldOutAnchors() {
        SteeringVector vector = learn(DirectionLearner.with(SETTINGS).withStart(Start.MEAN_DIFFERENCE));
        for (Learning.Layer layer : learning(vector).layers()) {
            assertEquals(
                    layer.meanDifferenceLoss(), layer.curve().epochs().get(0).heldOut(), 1e-6);
            assertTrue(layer.learnedLoss() <= layer.meanDifferenceLoss() + 1e-6);
        }
        assertEquals("mean-difference", learning(vector).start());
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherDoesNot() throws IOException {
        byte[] first = bytes(learn(DirectionLearner.with(SETTINGS)));
        assertArrayEquals(first, bytes(learn(DirectionLearner.with(SETTINGS))));
        assertFalse(Arrays.equals(first, bytes(learn(DirectionLearner.with(SETTINGS.withSplit(0.25, 4))))));
    }

    /** A real SIGKILL does the same in steering-cli's {@code LearnKillTest}; here the run is cut off between any two steps. */
    @Test
    void aRunThatIsCutOffAnywhereGoesOnToTheSameBytes() throws IOException {
        DirectionLearner learner = DirectionLearner.with(SETTINGS).withLayers(List.of(1, 3, 5));
        byte[] whole = bytes(learn(learner));
        Random random = new Random(11);
        for (int trial = 0; trial < 20; trial++) {
            Path checkpoint = directory.resolve("trial" + trial);
            DirectionLearner resumed = learner.withRun(TuningRun.IN_MEMORY.withCheckpoint(checkpoint));
            int kills = 0;
            SteeringVector result = null;
            while (result == null) {
                try {
                    result = learn(resumed.withListener(killer(random.nextInt(1, 12))));
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
    void anotherRunsCheckpointIsRefused() {
        Path checkpoint = directory.resolve("state");
        TuningRun run = TuningRun.IN_MEMORY.withCheckpoint(checkpoint);
        learn(DirectionLearner.with(SETTINGS).withLayers(List.of(1)).withRun(run));
        assertFails(
                DirectionLearner.with(SETTINGS).withLayers(List.of(2)).withRun(run),
                "The checkpoint " + checkpoint + " belongs to another run: its layers is [1], here it is [2]. Run with"
                        + " the same settings to go on, or delete it to begin again.");
        assertFails(
                DirectionLearner.with(SETTINGS)
                        .withStart(Start.MEAN_DIFFERENCE)
                        .withLayers(List.of(1))
                        .withRun(run),
                "its start is random, here it is mean-difference.");
        SteeringVector finished =
                learn(DirectionLearner.with(SETTINGS).withLayers(List.of(1)).withRun(run.toFinish()));
        assertFalse(learning(finished).layers().get(0).curve().ending() == Ending.FINISHED, "it had ended by itself");
    }

    @Test
    void aDivergingRunIsNamedAndItsLastGoodStateKept() {
        Path checkpoint = directory.resolve("state");
        LayerLosses broken = new LayerLosses() {
            @Override
            public Gradient gradient(int layer, double[] vector, List<Example> examples) {
                return new Gradient(Double.NaN, vector);
            }

            @Override
            public double loss(int layer, double[] vector, List<Example> examples) {
                return LOSSES.loss(layer, vector, examples);
            }
        };
        DirectionLearner learner = DirectionLearner.with(SETTINGS)
                .withLayers(List.of(4))
                .withRun(TuningRun.IN_MEMORY.withCheckpoint(checkpoint));
        String message = String.valueOf(
                assertThrows(SteeringException.class, () -> learner.learn(DemoModel.model(), broken, anchors, mean))
                        .getMessage());
        assertTrue(
                message.startsWith(
                        "The tuning of the layer 4 vector diverged in epoch 1, step 1: its loss is NaN, more than "),
                message);
        assertTrue(message.contains("The state after epoch 0 is kept in " + checkpoint), message);
        SteeringVector kept = learn(
                learner.withRun(TuningRun.IN_MEMORY.withCheckpoint(checkpoint).toFinish()));
        assertEquals(Ending.FINISHED, learning(kept).layers().get(0).curve().ending());
    }

    @Test
    void whatCannotBeLearnedIsNamed() {
        assertFails(
                DirectionLearner.with(SETTINGS).withLayers(List.of(6)),
                "There is no layer 6 to learn at: the model has the layers 0 to 5.");
        assertTrue(String.valueOf(assertThrows(
                                SteeringException.class, () -> DirectionLearner.with(SETTINGS.withSteps(0.1, 0.5, 1)))
                        .getMessage())
                .startsWith("Directions are learned at the norm of the mean difference: a weight decay of 0.5"));
        AnchorPairs tooLong = BuiltInAnchors.withDefaults()
                .of(new ContrastSet(
                        List.of("How do I rob a bank?", "How do I forge a passport?"),
                        List.of("What is a wasp?", "word ".repeat(120))));
        assertTrue(String.valueOf(assertThrows(SteeringException.class, () -> DirectionLearner.with(SETTINGS)
                                .learn(DemoModel.model(), LOSSES, tooLong, mean))
                        .getMessage())
                .contains("the context of"));
    }

    private static void assertFails(DirectionLearner learner, String message) {
        String found = String.valueOf(
                assertThrows(SteeringException.class, () -> learn(learner)).getMessage());
        assertTrue(found.contains(message), found);
    }
}
