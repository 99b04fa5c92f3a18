package dev.steering.model.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.SteeringException;
import dev.steering.model.tokenizer.Tokenizer;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Prompts as token ids, against transformers' apply_chat_template (steering-testkit/scripts/make_applied.py). */
class GoldenPromptTest {
    private static final Path TOKENIZERS = Fixtures.path("tokenizers");

    @TempDir
    private Path directory;

    static Stream<Arguments> cases() throws IOException {
        JsonNode cases = new ObjectMapper()
                .readTree(TOKENIZERS.resolve("applied.json").toFile())
                .path("cases");
        return StreamSupport.stream(cases.spliterator(), false)
                .map(c -> Arguments.of(
                        c.path("kind").asText(),
                        c.path("template").asText(),
                        c.path("system").textValue(),
                        c));
    }

    private PromptFormat format(String template) throws IOException {
        Files.writeString(
                directory.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}");
        return PromptFormat.of(
                directory,
                Fixtures.path("chat-templates/" + template + ".jinja").toString());
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("cases")
    void encodesAsTransformersDoes(String kind, String template, @Nullable String system, JsonNode golden)
            throws IOException {
        PromptFormat format = format(template);
        String prompt = golden.path("prompt").asText();
        try (Tokenizer tokenizer = Tokenizer.open(TOKENIZERS.resolve(kind).resolve("tokenizer.json"))) {
            if (golden.path("ids").isNull()) {
                assertThrows(SteeringException.class, () -> format.encode(tokenizer, prompt, system));
                return;
            }
            int[] expected = StreamSupport.stream(golden.path("ids").spliterator(), false)
                    .mapToInt(JsonNode::asInt)
                    .toArray();
            assertArrayEquals(expected, format.encode(tokenizer, prompt, system));
        }
    }

    /** Templates with a begin token, templates without, and no template at all. */
    @Test
    void theBeginTokenIsNeverDoubled() throws IOException {
        Path file = TOKENIZERS.resolve("prepend").resolve("tokenizer.json");
        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            int begin = tokenizer.encode("<s>", false)[0];
            assertEquals(1, count(begin, format("llama2").encode(tokenizer, "Why?", null)));
            assertEquals(0, count(begin, format("zephyr_tinyllama").encode(tokenizer, "Why?", null)));
            assertEquals(1, count(begin, PromptFormat.plain().encode(tokenizer, "Why?", null)));
            assertEquals(1, count(begin, PromptFormat.plain().encode(tokenizer, "<s>Why?", null)));
        }
    }

    private static long count(int token, int[] tokens) {
        return java.util.Arrays.stream(tokens).filter(t -> t == token).count();
    }
}
