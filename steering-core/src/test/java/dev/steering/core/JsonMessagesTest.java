package dev.steering.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class JsonMessagesTest {
    private static String of(String json) {
        return JsonMessages.of(assertThrows(JsonProcessingException.class, () -> new ObjectMapper().readTree(json)));
    }

    @Test
    void jacksonsSwitchesAreNotNamed() {
        assertEquals("Non-standard token 'NaN' (line: 1, column: 10)", of("{\"a\": NaN}"));
    }
}
