package dev.steering.core.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptFormatTest {
    private static final BundleManifest MANIFEST = new BundleManifest(
            "toy",
            "llama",
            1,
            8,
            8,
            8,
            "f32",
            "a",
            "b",
            new GraphSignature(List.of(), "logits", GraphSignature.Cache.ABSENT, GraphSignature.Padding.RIGHT),
            new BundleManifest.TensorReference("w", "head"),
            null,
            null,
            null,
            List.of(),
            Map.of(),
            "");

    @TempDir
    private Path directory;

    private PromptFormat format(String tokenizerConfig) throws IOException {
        Files.writeString(directory.resolve("tokenizer_config.json"), tokenizerConfig);
        return PromptFormat.of(new Bundle(directory, MANIFEST));
    }

    @Test
    void theTemplateOfTheTokenizerConfig() throws IOException {
        PromptFormat format = format("{\"bos_token\": {\"content\": \"<s>\"}, \"chat_template\":"
                + " \"{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
                + "{% if add_generation_prompt %}>{% endif %}\"}");
        assertTrue(format.isChat());
        assertEquals("<s>[user]Why?>", format.render("Why?", null));
        assertEquals("<s>[system]Be brief.[user]Why?>", format.render("Why?", "Be brief."));
    }

    @Test
    void theDefaultOfSeveralTemplates() throws IOException {
        PromptFormat format = format("{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"tools\"},"
                + " {\"name\": \"default\", \"template\": \"plain {{ messages[0].content }}\"}]}");
        assertEquals("plain Why?", format.render("Why?", null));
    }

    @Test
    void aTemplateFileWins() throws IOException {
        Files.writeString(directory.resolve("chat_template.jinja"), "file");
        assertEquals("file", format("{\"chat_template\": \"config\"}").render("Why?", null));
    }

    @Test
    void withoutTemplateThePromptIsTheText() throws IOException {
        PromptFormat format = format("{\"chat_template\": null}");
        assertFalse(format.isChat());
        assertEquals("Why?", format.render("Why?", null));
        assertEquals("Be brief.\n\nWhy?", format.render("Why?", "Be brief."));
    }

    @Test
    void aTemplateMayRefuse() throws IOException {
        PromptFormat format = format("{\"chat_template\": \"{% if messages[0].role == 'system' %}"
                + "{{ raise_exception('no system prompts') }}{% endif %}ok\"}");
        assertEquals("ok", format.render("Why?", null));
        SteeringException e = assertThrows(SteeringException.class, () -> format.render("Why?", "Be brief."));
        assertTrue(e.getMessage().contains("no system prompts"), e.getMessage());
    }

    @Test
    void aDamagedConfigIsNamed() {
        SteeringException e = assertThrows(SteeringException.class, () -> format("{"));
        assertTrue(e.getMessage().contains("tokenizer_config.json is not valid JSON"), e.getMessage());
    }
}
