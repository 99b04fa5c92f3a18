package dev.steering.eval.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WilsonIntervalTest {
    /** Printed by {@code python3 steering-eval/src/test/scripts/golden_metrics.py}. */
    @ParameterizedTest
    @CsvSource({
        "163, 240, 0.95, 0.6176863093160275, 0.7350018693715806",
        "0, 100, 0.95, 0.0, 0.03699349820698566",
        "100, 100, 0.95, 0.9630065017930143, 1.0",
        "1, 1, 0.95, 0.20654931437723745, 1.0",
        "0, 1, 0.95, 0.0, 0.7934506856227626",
        "228, 240, 0.95, 0.9146517753073891, 0.9711696967452079",
        "42, 240, 0.95, 0.13215454851032424, 0.22808549945168902",
        "7, 13, 0.99, 0.23538312512403475, 0.815546605768869",
        "123456, 1000000, 0.9, 0.12291592764104936, 0.12399810986574683"
    })
    void agreesWithAnIndependentComputation(int k, int n, double confidence, double low, double high) {
        WilsonInterval interval = WilsonInterval.of(k, n, confidence);
        assertEquals(low, interval.low(), 1e-14);
        assertEquals(high, interval.high(), 1e-14);
    }

    @Test
    void staysWithinZeroAndOneUpToTheLargestCounts() {
        assertEquals(0, WilsonInterval.of(0, Integer.MAX_VALUE).low());
        assertEquals(1, WilsonInterval.of(Integer.MAX_VALUE, Integer.MAX_VALUE).high());
        assertTrue(WilsonInterval.of(1, Integer.MAX_VALUE).low() > 0);
    }

    @Test
    void nothingObservedMeansNothingKnown() {
        assertEquals(new WilsonInterval(0, 1, 0.95), WilsonInterval.of(0, 0));
        assertEquals(Double.NaN, new Rate(0, 0).value());
    }

    @Test
    void aRateCountsVerdicts() {
        Rate rate = Rate.of(List.of(true, false, true, true));
        assertEquals(new Rate(3, 4), rate);
        assertEquals(0.75, rate.value());
        assertEquals(WilsonInterval.of(3, 4), rate.interval());
    }

    @Test
    void impossibleCountsAreRefused() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> WilsonInterval.of(5, 4));
        assertEquals("Expected 0 <= successes <= trials, found 5 successes of 4 trials.", e.getMessage());
        Exception rate = assertThrows(IllegalArgumentException.class, () -> new Rate(-1, 4));
        assertEquals("Expected 0 <= refusals <= responses, found -1 refusals of 4 responses.", rate.getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 95, -0.5, Double.NaN})
    void impossibleConfidenceIsRefused(double confidence) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> WilsonInterval.of(1, 2, confidence));
        assertEquals("The confidence must lie strictly between 0 and 1, but is " + confidence + ".", e.getMessage());
    }
}
