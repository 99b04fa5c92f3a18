package dev.steering.core.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RocAucTest {
    @Test
    void perfectChanceAndWrongWayRound() {
        assertEquals(1, RocAuc.of(new double[] {2, 3}, new double[] {0, 1}));
        assertEquals(0.5, RocAuc.of(new double[] {1, 1, 1}, new double[] {1, 1}));
        assertEquals(0, RocAuc.of(new double[] {0}, new double[] {1, Double.POSITIVE_INFINITY}));
    }

    @Test
    void bothZerosAreTied() {
        assertEquals(0.5, RocAuc.of(new double[] {0.0}, new double[] {-0.0}));
        assertEquals(0.5, RocAuc.of(new double[] {-0.0}, new double[] {0.0}));
    }

    @Test
    void agreesWithCountingPairs() {
        Random random = new Random(1);
        for (int round = 0; round < 50; round++) {
            double[] high =
                    random.ints(1 + random.nextInt(40), 0, 12).asDoubleStream().toArray();
            double[] low =
                    random.ints(1 + random.nextInt(40), -3, 9).asDoubleStream().toArray();
            double sum = 0;
            for (double h : high) {
                for (double l : low) {
                    sum += h > l ? 1 : h == l ? 0.5 : 0;
                }
            }
            assertEquals(sum / (high.length * low.length), RocAuc.of(high, low), 1e-15);
        }
    }

    @Test
    void leavesItsArgumentsAlone() {
        double[] scores = {3, 1, 2};
        RocAuc.of(scores, scores);
        assertEquals(3, scores[0]);
    }

    @Test
    void unusableScoresAreRefused() {
        Exception empty =
                assertThrows(IllegalArgumentException.class, () -> RocAuc.of(new double[] {1}, new double[0]));
        assertEquals("There is no negative score: the area needs at least one of each group.", empty.getMessage());
        Exception nan = assertThrows(
                IllegalArgumentException.class, () -> RocAuc.of(new double[] {1, Double.NaN}, new double[] {1}));
        assertEquals("The positive score at index 1 is not a number.", nan.getMessage());
    }

    /** Equation 1 of Hanley and McNeil 1982, computed by hand in Python. */
    @Test
    void standardErrorsAreThoseOfThePaper() {
        assertEquals(0.04450218471540969, RocAuc.standardError(0.8, 50, 50), 1e-15);
        assertEquals(0.049206971481474786, RocAuc.standardError(0.9, 20, 35), 1e-15);
        assertEquals(0.020862298622670142, RocAuc.standardError(0.9517, 58, 51), 1e-15);
        assertEquals(0, RocAuc.standardError(1, 10, 10));
    }
}
