package dev.steering.extract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.vector.LayerStatistics;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerAccumulatorTest {
    /**
     * Six activations, and what NumPy 2 makes of them:
     *
     * <pre>
     * c = (x[:3].mean(0) + x[3:].mean(0)) / 2
     * d = x[:3].mean(0) - x[3:].mean(0)
     * w = np.linalg.svd(x - c)[2][0]; w *= np.sign(w @ d)
     * s = np.sqrt((np.trace(np.cov(x[:3].T, bias=True)) + np.trace(np.cov(x[3:].T, bias=True))) / 2)
     * </pre>
     */
    private static final float[][] HARMFUL = {
        {1, 2.3f, 2.73f, 3.55f}, {-.36f, 1.01f, 3.06f, 4.67f}, {-.48f, 1.38f, 3.49f, 4.18f}
    };

    private static final float[][] HARMLESS = {
        {1.32f, 1.07f, 2.97f, 4.35f}, {-3.03f, 1.54f, 1.1f, 3.36f}, {-4.53f, 1.76f, 1.73f, 4.14f}
    };
    private static final float[] COMPONENT = {0.9498554f, -0.03503353f, 0.3052037f, 0.05829202f};
    private static final double NORM = 2.4375602556654883;
    private static final double SEPARABILITY = 1.213157034220727;
    private static final double SIZE = 5.236342983446344;

    private static LayerAccumulator filled(Estimator method, float[][] harmful, float[][] harmless) {
        LayerAccumulator accumulator = new LayerAccumulator(7, harmful[0].length, method);
        for (float[] h : harmful) {
            accumulator.addHarmful(h);
        }
        for (float[] h : harmless) {
            accumulator.addHarmless(h);
        }
        return accumulator;
    }

    @Test
    void agreesWithNumpy() {
        LayerAccumulator accumulator = filled(Estimator.PCA, HARMFUL, HARMLESS);
        assertArrayEquals(COMPONENT, accumulator.direction(), 1e-6f);
        LayerStatistics statistics = accumulator.statistics();
        assertEquals(7, statistics.layer());
        assertEquals(NORM, statistics.directionNorm(), 1e-6);
        assertEquals(SIZE, statistics.activationNorm(), 1e-6);
        assertEquals(SEPARABILITY, statistics.separability(), 1e-6);
    }

    @ParameterizedTest
    @EnumSource(Estimator.class)
    void recoversAPlantedDirection(Estimator method) {
        int hidden = 96;
        Random random = new Random(11);
        double[] planted = random.doubles(hidden, -1, 1).toArray();
        double norm = Vectors.norm(planted);
        float[][][] classes = new float[2][150][hidden];
        for (int c = 0; c < 2; c++) {
            for (float[] h : classes[c]) {
                for (int i = 0; i < hidden; i++) {
                    double side = (c == 0 ? 5 : -5) * planted[i] / norm;
                    h[i] = (float) (20 + side + 0.5 * random.nextGaussian());
                }
            }
        }
        float[] direction = filled(method, classes[0], classes[1]).direction();
        double dot = 0;
        double size = 0;
        for (int i = 0; i < hidden; i++) {
            dot += direction[i] * planted[i];
            size += (double) direction[i] * direction[i];
        }
        assertTrue(dot / (norm * Math.sqrt(size)) > 0.99, "cosine " + dot / (norm * Math.sqrt(size)));
        assertEquals(method == Estimator.PCA ? 1 : 10, Math.sqrt(size), method == Estimator.PCA ? 1e-6 : 0.2);
    }

    @ParameterizedTest
    @EnumSource(Estimator.class)
    void constantClassesThatDifferHaveADirectionAndNoSpread(Estimator method) {
        LayerAccumulator accumulator =
                filled(method, new float[][] {{3, 4}, {3, 4}}, new float[][] {{0, 0}, {0, 0}, {0, 0}});
        float[] direction = accumulator.direction();
        assertEquals(4.0 / 3, direction[1] / direction[0], 1e-6);
        assertEquals(new LayerStatistics(7, 5, 2.5, 0), accumulator.statistics());
    }

    @ParameterizedTest
    @EnumSource(Estimator.class)
    void classesWithTheSameMeanAreRefused(Estimator method) {
        float[][] same = {{1, 2}, {1, 2}};
        assertEquals(
                "At layer 7 the harmful and the harmless prompts have the same mean activation, so there is no direction"
                        + " between them. Are the same prompts in both classes?",
                assertThrows(SteeringException.class, () -> filled(method, same, same)
                                .direction())
                        .getMessage());
    }

    @Test
    void refusesAnotherLength() {
        LayerAccumulator accumulator = new LayerAccumulator(0, 3, Estimator.MEAN_DIFFERENCE);
        assertThrows(IllegalArgumentException.class, () -> accumulator.addHarmful(new float[2]));
    }
}
