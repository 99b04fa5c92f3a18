package dev.steering.core.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AucIntervalTest {
    /** Scores around a mean, n of them. */
    private static double[] scores(Random random, int n, double mean) {
        return random.doubles(n).map(d -> d + mean).toArray();
    }

    @Test
    void theSameScoresGiveTheSameIntervalAroundTheArea() {
        Random random = new Random(1);
        double[] harmful = scores(random, 40, 0.4);
        double[] harmless = scores(random, 40, 0);
        AucInterval interval = AucInterval.of(harmful, harmless);
        assertEquals(interval, AucInterval.of(harmful, harmless));
        double area = RocAuc.of(harmful, harmless);
        assertTrue(interval.low() < area && area < interval.high(), interval + " " + area);
        assertTrue(interval.toldFromChance());
        assertEquals(2000, interval.resamples());
    }

    /** Of 200 draws without any meaning, a few look like something, as a 95 % interval has it. */
    @Test
    void scoresWithoutMeaningAreRarelyToldFromChance() {
        Random random = new Random(2);
        int told = 0;
        for (int trial = 0; trial < 200; trial++) {
            told += AucInterval.of(scores(random, 12, 0), scores(random, 12, 0)).toldFromChance() ? 1 : 0;
        }
        assertTrue(told <= 16, told + " of 200");
    }

    /** A few scores in perfect order: no resampling shows that they may be so by chance, 1 / C(6, 3) = 0.05 and 1 / C(8, 4) does. */
    @Test
    void aFewPerfectScoresProveNothing() {
        AucInterval few = AucInterval.of(new double[] {3, 4, 5}, new double[] {0, 1, 2});
        assertEquals(1, few.low());
        assertEquals(0.05, few.chance(), 1e-12);
        assertFalse(few.toldFromChance());
        assertFalse(AucInterval.of(new double[] {1}, new double[] {0}).toldFromChance());
        AucInterval more = AucInterval.of(new double[] {4, 5, 6, 7}, new double[] {0, 1, 2, 3});
        assertEquals(1 / 70.0, more.chance(), 1e-12);
        assertTrue(more.toldFromChance());
    }

    @Test
    void theWrongWayRoundIsNotToldFromChance() {
        AucInterval wrong = AucInterval.of(new double[] {0, 1, 2, 3, 4}, new double[] {5, 6, 7, 8, 9});
        assertEquals(0, wrong.high());
        assertEquals(1, wrong.chance());
        assertFalse(wrong.toldFromChance());
    }

    @Test
    void emptyGroupsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> AucInterval.of(new double[0], new double[] {1}));
    }
}
