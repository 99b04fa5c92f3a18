package dev.steering.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoublesTest {
    /** Expected values as Python's {@code repr} prints them. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "0.1, 0.1",
        "1e15, 1000000000000000.0",
        "1e16, 1e+16",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "2e23, 2e+23",
        "5e-324, 5e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        "123456789.123456789, 123456789.12345679",
        "NaN, nan",
        "-Infinity, -inf"
    })
    void printsAsPython(double value, String expected) {
        assertEquals(expected, Doubles.repr(value));
    }

    @Test
    void whatIsPrintedReadsBack() {
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String printed = Doubles.repr(value);
                assertEquals(value, Double.parseDouble(printed));
                assertTrue(printed.length() <= Double.toString(value).length() + 3, printed);
            }
        }
    }

    @Test
    void roundsTheExactValue() {
        assertEquals(2.67, Doubles.round(2.675, 2));
        assertEquals(2.0, Doubles.round(2.5, 0));
        assertEquals(1200.0, Doubles.round(1249.9, -2));
    }
}
