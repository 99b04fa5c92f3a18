package dev.steering.model.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

    @Test
    void aResponsePrefixMayCloseIt(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\"}");
        Files.writeString(
                directory.resolve("chat_template.jinja"),
                "{% for m in messages %}[{{ m['content'] }}]{% endfor %}{% if add_generation_prompt %}<think>\n{% endif %}");
        PromptFormat closed = PromptFormat.of(directory).withResponsePrefix("</think>\n\n");
        assertEquals("[a]<think>\n</think>\n\n", closed.render("a", null));
        assertNull(ThinkBlock.openAfter(closed), "nothing is left to close in front of a marker");
        assertEquals(
                closed.render("a", null), closed.withVariables(Map.of("x", 1)).render("a", null));
        assertEquals(
                closed.render("a", null), closed.withEscapedControlTokens(true).render("a", null));
        assertEquals("aSure", PromptFormat.plain().withResponsePrefix("Sure").render("a", null));
    }

    @ParameterizedTest
    @CsvSource({"<think>, </think>", "'\n<think>\nI', </think>", "[THINK]a, [/THINK]"})
    void theFirstWordsMayOpenOne(String written, String closing) {
        ThinkBlock open = ThinkBlock.opening(written);
        assertEquals(closing, open == null ? null : open.closing());
    }

    @ParameterizedTest
    @CsvSource({"<thin", "'I <think>'", "''"})
    void otherFirstWordsOpenNone(String written) {
        assertNull(ThinkBlock.opening(written));
    }
}
