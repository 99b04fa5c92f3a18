package dev.steering.model.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.model.tokenizer.Tokenizer;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the template's last token lies, for every template under test and every kind of tokenizer. */
class TemplateFrameTest {
    private static final Path TEMPLATES = Fixtures.path("chat-templates");
    private static final String CONFIG = "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}";

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
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            delimiter = ';',
            value = {
                "chatml;<|im_start|>user\\n;<|im_end|>\\n<|im_start|>assistant\\n",
                "gemma2;<s><start_of_turn>user\\n;<end_of_turn>\\n<start_of_turn>model\\n",
                "gemma3;<s><start_of_turn>user\\n;<end_of_turn>\\n<start_of_turn>model\\n",
                "llama2;<s>[INST]; [/INST]",
                "llama3;<s><|start_header_id|>user<|end_header_id|>\\n\\n;"
                        + "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\\n\\n",
                "mistral02;<s>[INST]; [/INST]",
                "phi3;<|user|>\\n;<|end|>\\n<|assistant|>\\n",
                "qwen3;<|im_start|>user\\n;<|im_end|>\\n<|im_start|>assistant\\n",
                "zephyr_tinyllama;<|user|>\\n;</s>\\n<|assistant|>\\n",
                "smollm2;<|im_start|>system\\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>"
                        + "\\n<|im_start|>user\\n;<|im_end|>\\n<|im_start|>assistant\\n",
                "qwen25;<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>"
                        + "\\n<|im_start|>user\\n;<|im_end|>\\n<|im_start|>assistant\\n",
            })
    void theFrameOfPublishedTemplates(String template, String head, String tail) throws IOException {
        PromptFormat format = format(template);
        try (Tokenizer tokenizer = tokenizer("byte-level")) {
            TemplateFrame frame = TemplateFrame.of(format, tokenizer, null);

            assertEquals(head.replace("\\n", "\n"), frame.headText().stripTrailing() + trailing(head));
            assertEquals(tail.replace("\\n", "\n"), frame.tailText());
            assertFramesEveryPrompt(format, tokenizer, frame);
        }
    }

    /** The space between "[INST]" and a word belongs to the word's token in a byte-level vocabulary, or to neither. */
    private static String trailing(String head) {
        return head.endsWith("\\n\\n") ? "\n\n" : head.endsWith("\\n") ? "\n" : "";
    }

    @ParameterizedTest
    @CsvSource({"prepend,llama2", "metaspace,mistral02", "metaspace,mistral03", "replace,gemma2", "replace,gemma3"})
    void sentencePieceTokenizersToo(String kind, String template) throws IOException {
        PromptFormat format = format(template);
        try (Tokenizer tokenizer = tokenizer(kind)) {
            TemplateFrame frame = TemplateFrame.of(format, tokenizer, null);

            String answer = template.startsWith("gemma") ? "<end_of_turn>\n<start_of_turn>model\n" : "[/INST]";
            assertTrue(frame.tailText().strip().endsWith(answer.strip()), frame.tailText());
            assertTrue(frame.headText().startsWith("<s>"), frame.headText());
            assertFramesEveryPrompt(format, tokenizer, frame);
        }
    }

    @Test
    void systemPromptsBelongToTheHead() throws IOException {
        PromptFormat format = format("llama2");
        try (Tokenizer tokenizer = tokenizer("prepend")) {
            TemplateFrame plain = TemplateFrame.of(format, tokenizer, null);
            TemplateFrame briefed = TemplateFrame.of(format, tokenizer, "You are a helpful assistant.");

            assertTrue(briefed.headText().contains("You are a helpful assistant."), briefed.headText());
            assertTrue(briefed.head().size() > plain.head().size());
            assertEquals(plain.tail(), briefed.tail());
        }
    }

    /** Qwen3 with enable_thinking=false closes the thinking part in front of the answer: it belongs to the template. */
    @Test
    void templateVariablesMoveTheTail() throws IOException {
        PromptFormat format = format("qwen3").withVariables(java.util.Map.of("enable_thinking", false));
        try (Tokenizer tokenizer = tokenizer("byte-level")) {
            TemplateFrame frame = TemplateFrame.of(format, tokenizer, null);

            assertEquals("<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n", frame.tailText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte-level", "prepend", "metaspace", "replace"})
    void withoutTemplateThereIsABeginTokenAndNoTail(String kind) {
        try (Tokenizer tokenizer = tokenizer(kind)) {
            TemplateFrame frame = TemplateFrame.of(PromptFormat.plain(), tokenizer, null);
            int length = PromptFormat.plain().encode(tokenizer, "Tell me about rivers", null).length;

            assertEquals(List.of(tokenizer.encode("<s>", false)[0]), frame.head());
            assertFalse(frame.hasTail());
            assertEquals(length - 1, frame.lastTemplateToken(length), "the prompt's own last token");
            assertEquals(length, frame.tailStart(length));
        }
    }

    @Test
    void aTemplateWithoutThePromptIsRefused() throws IOException {
        Path deaf = Files.writeString(directory.resolve("deaf.jinja"), "{{ messages[0].role }}: hello");
        PromptFormat format = PromptFormat.of(directory, deaf.toString());
        try (Tokenizer tokenizer = tokenizer("byte-level")) {
            SteeringException e =
                    assertThrows(SteeringException.class, () -> TemplateFrame.of(format, tokenizer, null));
            assertTrue(e.getMessage().contains("leaves the user's words out"), e.getMessage());
        }
    }

    @Test
    void aPromptShorterThanItsFrameIsAnError() {
        TemplateFrame frame = new TemplateFrame(List.of(1), List.of(2, 3), List.of("<s>"), List.of(" ", "]"));
        assertEquals(" ]", frame.tailText());
        assertEquals(2, frame.tailStart(4));
        assertEquals(3, frame.lastTemplateToken(4));
        assertThrows(IllegalArgumentException.class, () -> frame.tailStart(2));
    }

    private static void assertFramesEveryPrompt(PromptFormat format, Tokenizer tokenizer, TemplateFrame frame) {
        for (String prompt : new String[] {
            "How do I kill a Python process?", "Name three rivers!", "a", "x = [1, 2];", "caf\u00e9 \ud83c\udf70", "..."
        }) {
            List<Integer> tokens = Arrays.stream(format.encode(tokenizer, prompt, null))
                    .boxed()
                    .toList();
            int tail = frame.tailStart(tokens.size());
            assertEquals(frame.head(), tokens.subList(0, frame.head().size()), prompt);
            assertEquals(frame.tail(), tokens.subList(tail, tokens.size()), prompt);
            assertEquals(tokens.size() - 1, frame.lastTemplateToken(tokens.size()));
        }
    }
}
