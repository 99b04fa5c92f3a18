package dev.steering.eval.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgreementTest {
    /** Golden values: statsmodels 0.15.0, {@code stats.inter_rater.cohens_kappa} of the table; its ends are not cut at -1 and 1. */
    @ParameterizedTest
    @CsvSource({
        "20,5,10,15, 0.400000000000, 0.151092290477, 0.648907709523",
        "1,0,1,1, 0.400000000000, -0.368145868217, 1.168145868217",
        "700,40,90,1420, 0.871332424229, 0.849905620449, 0.892759228010",
        "3,0,50,400, 0.095808383234, -0.005159689653, 0.196776456120",
        "0,5,7,30, -0.161290322581, -0.257755720967, -0.064824924195"
    })
    void kappaAndItsIntervalAreThoseOfStatsmodels(
            int both, int first, int second, int neither, double kappa, double low, double high) {
        Agreement agreement = new Agreement(both, first, second, neither, 3);
        assertEquals(kappa, agreement.kappa(), 1e-9);
        assertEquals(Math.max(-1, low), agreement.kappaInterval().low(), 1e-9);
        assertEquals(Math.min(1, high), agreement.kappaInterval().high(), 1e-9);
    }

    @Test
    void countsAreWhatBothSaid() {
        Agreement counts = Agreement.NONE
                .plus(true, true)
                .plus(true, false)
                .plus(false, true)
                .plus(false, true)
                .plus(false, false)
                .plus(null, true)
                .plus(false, null);
        assertEquals(new Agreement(1, 1, 2, 1, 2), counts);
        assertEquals(new Rate(1, 3), counts.sensitivity());
        assertEquals(new Rate(1, 2), counts.specificity());
        assertEquals(5, counts.all());
        assertEquals(2, counts.same());
    }

    @Test
    void whereAllSayTheSameThereIsNoKappa() {
        Agreement same = new Agreement(5, 0, 0, 0, 0);
        assertTrue(Double.isNaN(same.kappa()));
        assertTrue(Double.isNaN(same.kappaInterval().low()));
        assertTrue(Double.isNaN(Agreement.NONE.kappa()));
        assertThrows(IllegalArgumentException.class, () -> new Agreement(0, 0, -1, 0, 0));
    }
}
