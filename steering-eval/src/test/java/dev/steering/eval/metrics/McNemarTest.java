package dev.steering.eval.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTest {
    /** Exact fractions, printed by {@code python3 steering-eval/src/test/scripts/golden_metrics.py}. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 1.0",
        "1, 0, 1.0",
        "5, 5, 1.0",
        "2, 10, 0.03857421875",
        "31, 7, 0.00011616700794547796",
        "0, 60, 1.734723475976807e-18",
        "140, 20, 2.292078285908259e-23",
        "296, 1, 2.340655764253956e-87",
        "1, 2000, 0.0",
        "5000, 5200, 0.04878796312682245"
    })
    void agreesWithExactFractions(int onlyFirst, int onlySecond, double p) {
        assertEquals(p, McNemar.of(onlyFirst, onlySecond).pValue(), 1e-11 * p);
        assertEquals(p, McNemar.of(onlySecond, onlyFirst).pValue(), 1e-11 * p);
    }

    @Test
    void countsDisagreementsOnly() {
        McNemar test = McNemar.of(
                List.of(true, true, true, false, false, true), List.of(true, false, false, true, false, false));
        assertEquals(new McNemar(3, 1, 0.625), test);
    }

    @Test
    void listsMustPair() {
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> McNemar.of(List.of(true), List.of(true, false)));
        assertEquals(
                "A paired test needs two verdicts per prompt, but there are 1 of the first method and 2 of the second.",
                e.getMessage());
    }

    @Test
    void negativeCountsAreRefused() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> McNemar.of(-1, 2));
        assertEquals("Counts of disagreement must not be negative, found -1 and 2.", e.getMessage());
    }
}
