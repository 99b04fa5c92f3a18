package dev.steering.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Expected values: {@code numpy.quantile(values, [0.25, 0.5, 0.75])} of numpy 2, whose default is the same definition. */
class SamplesTest {
    private static void check(Samples samples, double lower, double median, double upper) {
        assertEquals(lower, samples.lowerQuartile(), 1e-12);
        assertEquals(median, samples.median(), 1e-12);
        assertEquals(upper, samples.upperQuartile(), 1e-12);
    }

    @Test
    void oddNumbersOfValues() {
        check(Samples.of(9, 1, 4, 16, 25), 4, 9, 16);
    }

    @Test
    void evenNumbersOfValuesAreInterpolated() {
        check(Samples.of(3, 1, 2, 10), 1.75, 2.5, 4.75);
        check(Samples.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 100), 3.25, 5.5, 7.75);
    }

    @Test
    void theSpreadIsAShareOfTheMedian() {
        assertEquals(
                (7.75 - 3.25) / 5.5, Samples.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 100).relativeSpread(), 1e-12);
    }

    @Test
    void oneValueIsAllOfThem() {
        check(Samples.of(7), 7, 7, 7);
        assertEquals(7, Samples.of(7).least());
        assertEquals(7, Samples.of(7).most());
    }

    @Test
    void theCallersArrayIsNotTouched() {
        double[] values = {3, 1, 2};
        Samples samples = Samples.of(values);
        values[0] = 99;
        assertEquals(3, samples.most());
        assertEquals(1, samples.least());
        assertEquals(1, values[1]);
        assertEquals(3, samples.count());
    }

    @Test
    void nothingAndNoNumberAreRefused() {
        assertThrows(IllegalArgumentException.class, Samples::of);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Samples.of(1, Double.NaN));
        assertTrue(e.getMessage().contains("[1.0, NaN]"), e.getMessage());
    }
}
