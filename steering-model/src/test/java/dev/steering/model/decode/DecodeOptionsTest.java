package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodeOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 1, 1, 'maxNewTokens must be at least 1, found 0'",
        "1, -0.1, 1, 1, 'temperature must be 0 or more, found -0.1'",
        "1, NaN, 1, 1, 'temperature must be 0 or more, found NaN'",
        "1, Infinity, 1, 1, 'temperature must be 0 or more, found Infinity'",
        "1, 0, 0, 1, 'topP must be in (0, 1], found 0.0'",
        "1, 0, 1.01, 1, 'topP must be in (0, 1], found 1.01'",
        "1, 0, NaN, 1, 'topP must be in (0, 1], found NaN'",
        "1, 0, 1, 0.9, 'repetitionPenalty must be at least 1, found 0.9'",
        "1, 0, 1, NaN, 'repetitionPenalty must be at least 1, found NaN'"
    })
    void valuesOutOfRangeAreRefused(int tokens, double temperature, double topP, double penalty, String message) {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> new DecodeOptions(tokens, temperature, topP, penalty, 0));
        assertEquals(message, e.getMessage());
    }

    @Test
    void copiesChangeOnlyWhatTheySay() {
        assertEquals(
                new DecodeOptions(9, 0.7, 0.9, 1.1, 5),
                DecodeOptions.greedy(9).withRepetitionPenalty(1.1).withSampling(0.7, 0.9, 5));
    }
}
