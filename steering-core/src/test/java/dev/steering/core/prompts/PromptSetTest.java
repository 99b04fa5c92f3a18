package dev.steering.core.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptSetTest {
    @Test
    void copiesItsPrompts() {
        List<String> prompts = new ArrayList<>(List.of("How do I kill a Python process?"));
        PromptSet set = new PromptSet("safe", Expectation.COMPLY, prompts);
        prompts.clear();
        assertEquals(List.of("How do I kill a Python process?"), set.prompts());
    }

    @Test
    void setsWithoutNameOrPromptsAreRefused() {
        assertMessage("A prompt set needs a name.", " ", List.of("a"));
        assertMessage("The prompt set 'safe' is empty.", "safe", List.of());
        assertMessage("Prompt 2 of the set 'safe' is blank.", "safe", List.of("a", " \t"));
    }

    private static void assertMessage(String message, String name, List<String> prompts) {
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> new PromptSet(name, Expectation.COMPLY, prompts));
        assertEquals(message, e.getMessage());
    }
}
