package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.BadRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodeOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 1, 0, 1, 'The most new tokens must be at least 1, found 0.'",
        "1, -0.1, 0, 1, 0, 1, 'The temperature must be 0 or more, found -0.1.'",
        "1, NaN, 0, 1, 0, 1, 'The temperature must be 0 or more, found NaN.'",
        "1, Infinity, 0, 1, 0, 1, 'The temperature must be 0 or more, found Infinity.'",
        "1, 0, -1, 1, 0, 1, 'Top-k must be at least 1, or 0 for no limit, found -1.'",
        "1, 0, 0, 0, 0, 1, 'Top-p must be above 0 and at most 1, found 0.0.'",
        "1, 0, 0, 1.01, 0, 1, 'Top-p must be above 0 and at most 1, found 1.01.'",
        "1, 0, 0, NaN, 0, 1, 'Top-p must be above 0 and at most 1, found NaN.'",
        "1, 0, 0, 1, 1, 1, 'Min-p must be at least 0 and below 1, found 1.0.'",
        "1, 0, 0, 1, 0, 0.9, 'The repetition penalty must be at least 1, found 0.9.'",
        "1, 0, 0, 1, 0, NaN, 'The repetition penalty must be at least 1, found NaN.'"
    })
    void valuesOutOfRangeAreRefused(
            int tokens, double temperature, int topK, double topP, double minP, double penalty, String message) {
        BadRequest e = assertThrows(
                BadRequest.class,
                () -> new DecodeOptions(tokens, temperature, topK, topP, minP, penalty, 0, List.of()));
        assertEquals(message, e.getMessage());
    }

    @Test
    void anEmptyStopTextIsRefused() {
        BadRequest e = assertThrows(BadRequest.class, () -> new DecodeOptions(1, 0, 0, 1, 0, 1, 0, List.of("x", "")));
        assertEquals("A stop text is empty: every answer would end before it begins. Leave it out.", e.getMessage());
    }

    @Test
    void copiesChangeOnlyWhatTheySay() {
        assertEquals(
                new DecodeOptions(9, 0.7, 0, 0.9, 0, 1.1, 5, List.of()),
                DecodeOptions.greedy(9).withRepetitionPenalty(1.1).withSampling(0.7, 0.9, 5));
    }
}
