package dev.steering.extract.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NullSpaceRidgeTest {
    private static final int HIDDEN = 12;

    /** The kept vectors span the first dimensions; the wanted ones have a known part outside. */
    private static NullSpaceRidge.Solution solve(int spanned, double share, double ridge) {
        Random random = new Random(4);
        SecondMoments kept = new SecondMoments(HIDDEN);
        for (int n = 0; n < 40; n++) {
            kept.add(vector(random, spanned, 0));
        }
        SecondMoments wanted = new SecondMoments(HIDDEN);
        for (int n = 0; n < 30; n++) {
            wanted.add(vector(random, spanned, 2));
        }
        return NullSpaceRidge.solve(kept, wanted, share, ridge);
    }

    private static float[] vector(Random random, int spanned, float last) {
        float[] vector = new float[HIDDEN];
        for (int i = 0; i < spanned; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        vector[HIDDEN - 1] = last;
        return vector;
    }

    /** All wanted vectors have 2 in the last dimension: w is 2 n / (4 n + ridge) there and 0 elsewhere. */
    @Test
    void plantedTruthIsFound() {
        NullSpaceRidge.Solution found = solve(5, 0.5, 10);
        assertEquals(7, found.dimensions(), "all that the kept ones do not reach, more than half");
        for (int i = 0; i < HIDDEN; i++) {
            double expected = i == HIDDEN - 1 ? 60 / (120.0 + 10) : 0;
            assertEquals(expected, found.weights()[i], 1e-9, "dimension " + i);
        }
    }

    /** More vectors than dimensions are folded: the moments are those of all. */
    @Test
    void foldedMomentsAreThoseOfAllVectors() {
        Random random = new Random(9);
        SecondMoments moments = new SecondMoments(3);
        double[][] gram = new double[3][3];
        double[] sum = new double[3];
        for (int n = 0; n < 700; n++) {
            float[] x = {(float) random.nextGaussian(), random.nextFloat(), 1 + random.nextFloat()};
            moments.add(x);
            for (int i = 0; i < 3; i++) {
                sum[i] += x[i];
                for (int j = 0; j < 3; j++) {
                    gram[i][j] += (double) x[i] * x[j];
                }
            }
        }
        assertEquals(700, moments.count());
        for (int i = 0; i < 3; i++) {
            assertEquals(sum[i], moments.sum()[i], 1e-9);
            for (int j = 0; j < 3; j++) {
                assertEquals(gram[i][j], moments.gram().getDouble(i, j), 1e-8);
            }
        }
    }

    @Test
    void aPublishedShareCutsWhatKeptVectorsHaveLeastOf() {
        NullSpaceRidge.Solution found = solve(HIDDEN - 1, 0.25, 1e-9);
        assertEquals(3, found.dimensions());
        assertTrue(found.weights()[HIDDEN - 1] > 0.4, "reads the last dimension");
    }
}
