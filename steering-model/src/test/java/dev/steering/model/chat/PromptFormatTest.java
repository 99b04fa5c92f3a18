package dev.steering.model.chat;

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
            null,
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
            "",
            null,
            null,
            List.of());

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
        assertEquals(
                "The model's chat template does not take the system prompt: no system prompts. Leave the system prompt out,"
                        + " or choose a template that knows one.",
                e.getMessage());
    }

    @Test
    void aSystemPromptIsNeverLeftOutSilently() throws IOException {
        PromptFormat format = format("{\"chat_template\": \"{{ messages[-1].content }}\"}");
        SteeringException e = assertThrows(SteeringException.class, () -> format.render("Why?", "Be brief."));
        assertTrue(e.getMessage().contains("does not take the system prompt: it leaves it out."), e.getMessage());
        assertEquals("Why?", format.render("Why?", " "));
    }

    @Test
    void aFailureThatHasNothingToDoWithTheSystemPromptStaysWhatItIs() throws IOException {
        PromptFormat format = format("{\"chat_template\": \"{{ nothing.at.all }}\"}");
        SteeringException e = assertThrows(SteeringException.class, () -> format.render("Why?", "Be brief."));
        assertTrue(e.getMessage().startsWith("chat template, line 1"), e.getMessage());
    }

    @Test
    void templatesSeeWhatTransformersShowsThem() throws IOException {
        PromptFormat format = format(
                "{\"eos_token\": \"</s>\", \"chat_template\": \"{{ tools is none }} {{ documents is none }}"
                        + " {{ add_generation_prompt }} {{ eos_token }} {{ bos_token is defined }} {{ enable_thinking is defined }}\"}");
        assertEquals("True True True </s> False False", format.render("Why?", null));
    }

    @Test
    void variablesReachTheTemplate() throws IOException {
        PromptFormat format =
                format("{\"bos_token\": \"<s>\", \"chat_template\": \"{{ bos_token }}{{ enable_thinking }}\"}");
        assertEquals(
                "False",
                format.withVariables(Map.of("enable_thinking", false, "bos_token", ""))
                        .render("Why?", null));
        SteeringException set =
                assertThrows(SteeringException.class, () -> format.withVariables(Map.of("messages", List.of())));
        assertTrue(set.getMessage().contains("'messages' is set by every prompt"), set.getMessage());
        SteeringException plain =
                assertThrows(SteeringException.class, () -> PromptFormat.plain().withVariables(Map.of("a", 1)));
        assertTrue(plain.getMessage().contains("go through no chat template"), plain.getMessage());
    }

    @Test
    void aDamagedConfigIsNamed() {
        SteeringException e = assertThrows(SteeringException.class, () -> format("{"));
        assertTrue(e.getMessage().contains("tokenizer_config.json is not valid JSON"), e.getMessage());
    }
}
