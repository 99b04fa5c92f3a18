package dev.steering.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequireTest {
    @Test
    void givesBackWhatIsInRange() {
        assertEquals(1, Require.atLeast("x", 1, 1));
        assertEquals(3, Require.between("x", 3, 0, 3));
        assertEquals(0.5, Require.between("x", 0.5, 0, 1));
        assertEquals(1e-300, Require.positive("x", 1e-300));
        assertEquals(-7, Require.finite("x", -7));
    }

    @Test
    void saysWhatIsExpectedAndFound() {
        assertRefused("the batch size must be at least 1, found 0.", () -> Require.atLeast("the batch size", 0, 1));
        assertRefused("the layer must be from 0 to 5, found 6.", () -> Require.between("the layer", 6, 0, 5));
        assertRefused("the share must be from 0 to 1, found 3.", () -> Require.between("the share", 3.0, 0.0, 1.0));
        assertRefused(
                "the share must be from 0 to 1, found not a number.",
                () -> Require.between("the share", Double.NaN, 0, 1));
        assertRefused("the rate must be positive and finite, found 0.", () -> Require.positive("the rate", -0.0));
        assertRefused(
                "the rate must be positive and finite, found infinite.",
                () -> Require.positive("the rate", Double.POSITIVE_INFINITY));
        assertRefused(
                "the loss must be a finite number, found minus infinite.",
                () -> Require.finite("the loss", Double.NEGATIVE_INFINITY));
    }

    @ParameterizedTest
    @CsvSource({"3.0, 3", "0.5, 0.5", "-2.25, -2.25", "1000000, 1000000", "1e30, 1e30", "1.5e-7, 1.5e-7", "0, 0"})
    void writesNumbersAsPeopleDo(double value, String words) {
        assertEquals(words, Require.words(value));
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(BadRequest.class, call).getMessage());
    }
}
