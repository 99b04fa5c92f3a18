package dev.steering.extract.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScatterTest {
    private static float[][] random(int rows, int hidden) {
        Random random = new Random(3);
        float[][] values = new float[rows][hidden];
        for (float[] row : values) {
            double along = 3 * random.nextGaussian();
            for (int i = 0; i < hidden; i++) {
                row[i] = (float) (100 + along * Math.sin(i) + random.nextGaussian());
            }
        }
        return values;
    }

    private static double[] component(Scatter scatter, float[][] rows, double[] centre) {
        for (float[] row : rows) {
            scatter.add(row);
        }
        double[] component = scatter.firstComponent(centre).orElseThrow();
        assertEquals(1, dot(component, component), 1e-12);
        double sign = Math.signum(component[1]);
        for (int i = 0; i < component.length; i++) {
            component[i] *= sign;
        }
        return component;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] constant(int hidden, double value) {
        double[] constant = new double[hidden];
        Arrays.fill(constant, value);
        return constant;
    }

    @Test
    void gramMatrixAndSecondMomentsAgree() {
        // 30 vectors fit before anything is folded; with a limit of 7 they are folded four times.
        float[][] rows = random(30, 40);
        double[] centre = constant(40, 100.25);
        double[] kept = component(new Scatter(40), rows, centre);
        assertArrayEquals(kept, component(new Scatter(40, 7), rows, centre), 1e-9);
        assertArrayEquals(kept, component(new Scatter(40, 30), rows, centre), 1e-9);
    }

    @Test
    void moreVectorsThanTheirLengthAgreeWithPowerIteration() {
        int hidden = 12;
        float[][] rows = random(700, hidden);
        double[] centre = constant(hidden, 99.5);
        double[] expected = constant(hidden, 1);
        expected[0] = 2;
        for (int step = 0; step < 200; step++) {
            double[] next = new double[hidden];
            for (float[] row : rows) {
                double projection = 0;
                for (int i = 0; i < hidden; i++) {
                    projection += (row[i] - centre[i]) * expected[i];
                }
                for (int i = 0; i < hidden; i++) {
                    next[i] += projection * (row[i] - centre[i]);
                }
            }
            double norm = Math.sqrt(dot(next, next)) * Math.signum(next[1]);
            for (int i = 0; i < hidden; i++) {
                expected[i] = next[i] / norm;
            }
        }
        assertArrayEquals(expected, component(new Scatter(hidden), rows, centre), 1e-9);
    }

    @Test
    void constantVectorsHaveNoComponentAboutThemselves() {
        Scatter kept = new Scatter(3);
        Scatter folded = new Scatter(3, 1);
        for (int i = 0; i < 3; i++) {
            kept.add(new float[] {1, 2, 3});
            folded.add(new float[] {1, 2, 3});
        }
        double[] centre = {1, 2, 3};
        assertTrue(kept.firstComponent(centre).isEmpty());
        assertTrue(folded.firstComponent(centre).isEmpty());
        assertTrue(new Scatter(3).firstComponent(centre).isEmpty());
    }

    @Test
    void oneVectorIsItsOwnComponent() {
        Scatter scatter = new Scatter(2);
        scatter.add(new float[] {3, 4});
        double[] component = scatter.firstComponent(new double[2]).orElseThrow();
        assertArrayEquals(new double[] {0.6, 0.8}, new double[] {Math.abs(component[0]), Math.abs(component[1])}, 1e-7);
    }

    @Test
    void refusesAnotherLength() {
        assertThrows(IllegalArgumentException.class, () -> new Scatter(2).add(new float[3]));
        assertThrows(IllegalArgumentException.class, () -> new Scatter(2).firstComponent(new double[3]));
    }

    @Test
    void matrixProductMultipliesRowsByDirections() {
        float[] rows = {1, 2, 3, 4, 5, 6};
        float[] directions = {1, 0, 0, 1, 1, 1, -1, 2};
        assertArrayEquals(
                new float[] {1, 2, 3, 3, 3, 4, 7, 5, 5, 6, 11, 7}, MatrixProduct.of(rows, directions, 2), 1e-6f);
        assertEquals(0, MatrixProduct.of(new float[0], directions, 2).length);
        assertThrows(IllegalArgumentException.class, () -> MatrixProduct.of(rows, directions, 4));
    }
}
