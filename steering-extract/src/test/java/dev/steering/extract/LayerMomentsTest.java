package dev.steering.extract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.extract.moments.LayerMoments;
import dev.steering.extract.moments.Moments;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerMomentsTest {
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

    private static LayerMoments filled(float[][] harmful, float[][] harmless) {
        Moments moments = new Moments(1, harmful[0].length, true);
        for (int i = 0; i < harmful.length; i++) {
            moments.add(true, i, new float[][] {harmful[i]});
        }
        for (int i = 0; i < harmless.length; i++) {
            moments.add(false, i, new float[][] {harmless[i]});
        }
        return moments.at(0, harmful.length == harmless.length);
    }

    private static float[] direction(Estimator method, float[][] harmful, float[][] harmless) {
        return filled(harmful, harmless).direction(method.direction());
    }

    @Test
    void agreesWithNumpy() {
        assertArrayEquals(COMPONENT, direction(Estimator.PCA, HARMFUL, HARMLESS), 1e-6f);
        LayerStatistics statistics = filled(HARMFUL, HARMLESS).statistics(null);
        assertEquals(0, statistics.layer());
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
        double norm = Math.sqrt(Arrays.stream(planted).map(x -> x * x).sum());
        float[][][] classes = new float[2][150][hidden];
        for (int c = 0; c < 2; c++) {
            for (float[] h : classes[c]) {
                for (int i = 0; i < hidden; i++) {
                    double side = (c == 0 ? 5 : -5) * planted[i] / norm;
                    h[i] = (float) (20 + side + 0.5 * random.nextGaussian());
                }
            }
        }
        float[] direction = direction(method, classes[0], classes[1]);
        double dot = 0;
        double size = 0;
        for (int i = 0; i < hidden; i++) {
            dot += direction[i] * planted[i];
            size += (double) direction[i] * direction[i];
        }
        assertTrue(dot / (norm * Math.sqrt(size)) > 0.99, "cosine " + dot / (norm * Math.sqrt(size)));
        boolean raw = method == Estimator.MEAN_DIFFERENCE;
        assertEquals(raw ? 10 : 1, Math.sqrt(size), raw ? 0.2 : 1e-6);
    }

    @ParameterizedTest
    @EnumSource(Estimator.class)
    void constantClassesThatDifferHaveADirectionAndNoSpread(Estimator method) {
        float[][] harmful = {{3, 4}, {3, 4}, {3, 4}};
        float[][] harmless = {{0, 0}, {0, 0}, {0, 0}};
        float[] direction = direction(method, harmful, harmless);
        assertEquals(4.0 / 3, direction[1] / direction[0], 1e-6);
        assertEquals(
                new LayerStatistics(0, 5, 2.5, 0), filled(harmful, harmless).statistics(null));
    }

    @ParameterizedTest
    @EnumSource(Estimator.class)
    void classesWithTheSameMeanAreRefused(Estimator method) {
        float[][] same = {{1, 2}, {1, 2}};
        assertEquals(
                "At layer 0 the harmful and the harmless prompts have the same mean activation, so there is no direction"
                        + " between them. Are the same prompts in both classes?",
                assertThrows(SteeringException.class, () -> direction(method, same, same))
                        .getMessage());
    }

    @Test
    void refusesAnotherLength() {
        Moments moments = new Moments(1, 3, true);
        assertThrows(IllegalArgumentException.class, () -> moments.add(true, 1, new float[1][2]));
    }
}
