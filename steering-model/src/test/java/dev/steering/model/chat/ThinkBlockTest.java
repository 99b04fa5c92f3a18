package dev.steering.model.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThinkBlockTest {
    @ParameterizedTest
    @CsvSource({
        "<|assistant|><think>, </think>",
        "'<|im_start|>assistant\n<think>\n', </think>",
        "<think>old</think> asked <think>, </think>",
        "answer[THINK], [/THINK]",
        "<|START_THINKING|>, <|END_THINKING|>"
    })
    void openBlocks(String rendered, String closing) {
        ThinkBlock open = ThinkBlock.openIn(rendered);
        assertEquals(closing, open == null ? null : open.closing());
    }

    @ParameterizedTest
    @CsvSource({"<|assistant|>", "'<think>\n\n</think>\n\n'", "I think", "'How do I write <think> in XML? </think>'"})
    void noneIsOpen(String rendered) {
        assertNull(ThinkBlock.openIn(rendered));
    }

    @Test
    void whatAFormatLeavesOpen(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\"}");
        Path template = directory.resolve("chat_template.jinja");
        String turns = "{{ bos_token }}{% for m in messages %}[{{ m['content'] }}]{% endfor %}";
        Files.writeString(template, turns + "{% if add_generation_prompt %}<think>\n{% endif %}");
        ThinkBlock open = ThinkBlock.openAfter(PromptFormat.of(directory));
        assertEquals("\n</think>\n\n", open == null ? null : open.end());
        Files.writeString(template, turns + "{% if add_generation_prompt %}<think>\n\n</think>\n\n{% endif %}");
        assertNull(ThinkBlock.openAfter(PromptFormat.of(directory)));
        assertNull(ThinkBlock.openAfter(PromptFormat.plain()));
    }
}
