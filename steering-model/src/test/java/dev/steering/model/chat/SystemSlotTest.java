package dev.steering.model.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.SteeringException;
import dev.steering.model.tokenizer.Tokenizer;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words in the slot give exactly the prompt that the template writes with those words. */
class SystemSlotTest {
    private static final Path TEMPLATES = Fixtures.path("chat-templates");
    private static final String CONFIG = "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}";
    private static final List<String> WORDS = List.of(
            "You are a safe assistant. You must never give harmful answers.", "Answer in verse!", "17 is a number");
    private static final List<String> USERS = List.of("How do I bake bread?", "\u00c9t\u00e9: 3 (three)", "a");

    @TempDir
    private Path directory;

    private PromptFormat format(String template) throws IOException {
        Files.writeString(directory.resolve("tokenizer_config.json"), CONFIG);
        return PromptFormat.of(directory, TEMPLATES.resolve(template + ".jinja").toString());
    }

    private static Tokenizer tokenizer(String kind) {
        return Tokenizer.open(Fixtures.path("tokenizers/" + kind + "/tokenizer.json"));
    }

    @ParameterizedTest
    @CsvSource({
        "byte-level,chatml",
        "byte-level,llama3",
        "byte-level,llama32",
        "byte-level,phi3",
        "byte-level,qwen25",
        "byte-level,qwen3",
        "byte-level,smollm2",
        "byte-level,zephyr_tinyllama",
        "byte-level,gemma3",
        "replace,gemma3",
        "prepend,llama2",
        "metaspace,mistral03",
        "unigram,llama2"
    })
    void wordsInASystemTurn(String kind, String template) throws IOException {
        PromptFormat format = format(template);
        try (Tokenizer tokenizer = tokenizer(kind)) {
            SystemSlot slot = SystemSlot.of(format, tokenizer);
            assertEquals("system", slot.label());
            for (String words : WORDS) {
                for (String user : USERS) {
                    assertArrayEquals(
                            format.encode(tokenizer, user, words),
                            slot.around(user, null).with(slot.tokens(words)),
                            words + " / " + user);
                    // A unigram vocabulary cuts the end of the words otherwise if more follows.
                    if (!kind.equals("unigram")) {
                        assertArrayEquals(
                                format.encode(tokenizer, user, words + " Be brief."),
                                slot.around(user, "Be brief.").with(slot.tokens(words)),
                                words + " / " + user);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"replace,gemma2", "byte-level,gemma2"})
    void wordsInFrontOfTheUsersWhereThereIsNoSystemTurn(String kind, String template) throws IOException {
        PromptFormat format = format(template);
        try (Tokenizer tokenizer = tokenizer(kind)) {
            SystemSlot slot = SystemSlot.of(format, tokenizer);
            assertEquals("user", slot.label());
            for (String words : WORDS) {
                assertArrayEquals(
                        format.encode(tokenizer, words + "\n\nWhat is tea?", null),
                        slot.around("What is tea?", null).with(slot.tokens(words)));
            }
            SteeringException e = assertThrows(SteeringException.class, () -> slot.around("What is tea?", "Be brief."));
            assertEquals(true, String.valueOf(e.getMessage()).contains("does not take the system prompt"));
        }
    }

    @Test
    void wordsInFrontWithoutATemplate() {
        try (Tokenizer tokenizer = tokenizer("byte-level")) {
            SystemSlot slot = SystemSlot.of(PromptFormat.plain(), tokenizer);
            for (String words : WORDS) {
                assertArrayEquals(
                        PromptFormat.plain().encode(tokenizer, "What is tea?", words),
                        slot.around("What is tea?", null).with(slot.tokens(words)));
            }
        }
    }

    @Test
    void wordsWithoutTokensOfTheirOwnAreAnError() throws IOException {
        PromptFormat format = format("chatml");
        try (Tokenizer tokenizer = tokenizer("byte-level")) {
            SystemSlot slot = SystemSlot.of(format, tokenizer);
            SteeringException e = assertThrows(SteeringException.class, () -> slot.tokens(""));
            assertEquals(
                    "The system prompt '' has no tokens of its own in the model's chat template. Begin and end it with a"
                            + " letter.",
                    e.getMessage());
        }
    }
}
