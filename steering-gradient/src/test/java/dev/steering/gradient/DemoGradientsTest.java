package dev.steering.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.gradient.GradientTarget.SteeringVectors;
import dev.steering.gradient.rules.FiniteDifferences;
import dev.steering.testkit.FixtureBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gradients through the demo model, of ragged rows with both losses, beside differences of the losses. */
class DemoGradientsTest {
    private static final int HIDDEN = 128;
    private static final double TOLERANCE = 5e-3;

    @TempDir
    private static Path directory;

    private static Bundle bundle;

    @BeforeAll
    static void export() {
        bundle = Bundle.open(FixtureBundle.DEMO.unpack(directory.resolve("demo")));
    }

    private static List<SoftPromptExample> promptExamples() {
        return List.of(
                new SoftPromptExample(ids(1, 9), ids(20, 33, 41), ids(7, 8, 9, 10), LossTerm.LIKELIHOOD, 0.7),
                new SoftPromptExample(ids(1), ids(22), ids(17, 5), LossTerm.UNLIKELIHOOD, 2.5),
                new SoftPromptExample(ids(), ids(300, 301, 302, 303, 304), ids(55), LossTerm.LIKELIHOOD, -0.3));
    }

    private static List<SteeredExample> steeredExamples() {
        return List.of(
                new SteeredExample(ids(1, 9, 20, 33, 41), ids(7, 8, 9), 4, 1, LossTerm.LIKELIHOOD, 0.7),
                new SteeredExample(ids(1, 22), ids(17, 5), 0, -1.5, LossTerm.UNLIKELIHOOD, 2.5));
    }

    @Test
    void softPromptGradientsAreTheSlopesOfTheLoss() {
        double[] prompt = random(3 * HIDDEN, 0.05);
        try (SoftPromptGradients gradients = SoftPromptGradients.open(bundle, GradientOptions.defaults())) {
            double[] gradient = gradients.evaluate(prompt, promptExamples()).gradient();
            ToDoubleFunction<double[]> loss =
                    x -> gradients.evaluate(x, promptExamples()).loss();
            assertSlopes(loss, prompt, gradient, 2e-3);
        }
    }

    @Test
    void vectorGradientsAreTheSlopesOfTheLoss() {
        double[] vectors = random(2 * HIDDEN, 0.3);
        SteeringVectors points = new SteeringVectors(List.of(2, 5));
        try (SteeringGradients gradients = SteeringGradients.open(bundle, points, GradientOptions.defaults())) {
            double[] gradient = gradients.evaluate(vectors, steeredExamples()).gradient();
            ToDoubleFunction<double[]> loss =
                    x -> gradients.evaluate(x, steeredExamples()).loss();
            assertSlopes(loss, vectors, gradient, 0.05);
        }
    }

    @Test
    void microBatchesDoNotChangeTheResult() {
        double[] prompt = random(3 * HIDDEN, 0.05);
        LossGradient whole;
        try (SoftPromptGradients gradients = SoftPromptGradients.open(bundle, GradientOptions.defaults())) {
            whole = gradients.evaluate(prompt, promptExamples());
            List<Double> losses = gradients.losses(prompt, promptExamples());
            for (int i = 0; i < losses.size(); i++) {
                assertEquals(whole.exampleLosses().get(i), losses.get(i), 1e-5);
            }
        }
        try (SoftPromptGradients gradients =
                SoftPromptGradients.open(bundle, GradientOptions.defaults().withTokens(1))) {
            LossGradient split = gradients.evaluate(prompt, promptExamples());
            assertEquals(whole.loss(), split.loss(), 1e-5);
            double scale = largest(whole.gradient());
            for (int i = 0; i < prompt.length; i++) {
                assertEquals(whole.gradient()[i], split.gradient()[i], 1e-5 * scale);
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (SoftPromptGradients gradients = SoftPromptGradients.open(bundle, GradientOptions.defaults())) {
            assertMessage("longer than the context of demo-model, 128", gradients, new int[126], 3);
            assertMessage("no token 2048: the vocabulary of demo-model is 0 to 2047", gradients, ids(1), 2048);
        }
        SteeringVectors outside = new SteeringVectors(List.of(7));
        SteeringException e = assertThrows(
                SteeringException.class, () -> SteeringGradients.open(bundle, outside, GradientOptions.defaults()));
        assertTrue(e.getMessage().contains("no point 7: the model of 6 layers has the points 0 to 6"), e.getMessage());
    }

    private static void assertMessage(String part, SoftPromptGradients gradients, int[] after, int response) {
        List<SoftPromptExample> examples =
                List.of(new SoftPromptExample(ids(1), after, ids(response), LossTerm.LIKELIHOOD, 1));
        SteeringException e =
                assertThrows(SteeringException.class, () -> gradients.evaluate(new double[HIDDEN], examples));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private static void assertSlopes(ToDoubleFunction<double[]> loss, double[] at, double[] gradient, double step) {
        double scale = largest(gradient);
        for (int i = 0; i < at.length; i += 13) {
            double slope = FiniteDifferences.slope(loss, at, i, step);
            assertEquals(slope, gradient[i], TOLERANCE * scale, "component " + i);
        }
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static double[] random(int size, double scale) {
        return new Random(7).doubles(size, -scale, scale).toArray();
    }

    private static int[] ids(int... ids) {
        return ids;
    }
}
