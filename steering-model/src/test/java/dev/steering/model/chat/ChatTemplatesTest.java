package dev.steering.model.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplatesTest {
    @TempDir
    private Path directory;

    private void file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    private static String text(ChatTemplates.Source source) {
        return source == null ? "none" : source.text();
    }

    @Test
    void noTemplateAtAll() throws IOException {
        assertNull(ChatTemplates.read(directory).preferred());
        file("tokenizer_config.json", "{\"chat_template\": null}");
        assertNull(ChatTemplates.read(directory).preferred());
        assertFails("has no chat templates", () -> ChatTemplates.read(directory).named("rag"));
    }

    @Test
    void filesWinOverTheTokenizerConfigWhichWinsOverTheProcessors() throws IOException {
        file("chat_template.json", "{\"chat_template\": \"processor\"}");
        assertEquals("processor", text(ChatTemplates.read(directory).preferred()));
        file("tokenizer_config.json", "{\"chat_template\": \"config\"}");
        assertEquals("config", text(ChatTemplates.read(directory).preferred()));
        file("chat_template.jinja", "file");
        assertEquals("file", text(ChatTemplates.read(directory).preferred()));
    }

    @Test
    void templatesHaveNames() throws IOException {
        file(
                "tokenizer_config.json",
                "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"T\"},"
                        + "{\"name\": \"default\", \"template\": \"D\"}]}");
        ChatTemplates templates = ChatTemplates.read(directory);

        assertEquals(List.of("default", "tool_use"), templates.names());
        assertEquals("D", text(templates.preferred()));
        assertEquals("T", templates.named("tool_use").text());
        assertFails("has no chat template named 'rag'. It has: default, tool_use.", () -> templates.select("rag"));
    }

    @Test
    void filesHaveNamesToo() throws IOException {
        file("chat_template.jinja", "D");
        file("additional_chat_templates/rag.jinja", "R");
        file("additional_chat_templates/notes.txt", "no template");
        ChatTemplates templates = ChatTemplates.read(directory);

        assertEquals(List.of("default", "rag"), templates.names());
        assertEquals("R", templates.select("rag").text());
    }

    @Test
    void severalTemplatesWithoutADefaultHaveToBeChosenFrom() throws IOException {
        file("additional_chat_templates/rag.jinja", "R");
        assertFails("It has: rag. Choose one by its name, or give a .jinja file.", () -> PromptFormat.of(directory));
    }

    @Test
    void aFileIsATemplateUnlessItsNameIsOne() throws IOException {
        file("chat_template.jinja", "D");
        file("mine.jinja", "M");
        ChatTemplates templates = ChatTemplates.read(directory);

        assertEquals(
                "M",
                templates.select(directory.resolve("mine.jinja").toString()).text());
        assertEquals("D", templates.select("default").text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "[\"text\"]", "[{\"name\": \"a\"}]", "{\"a\": 1}"})
    void aDamagedTemplateEntryIsNamed(String entry) throws IOException {
        file("tokenizer_config.json", "{\"chat_template\": " + entry + "}");
        assertFails("tokenizer_config.json: expected chat_template to be", () -> ChatTemplates.read(directory));
    }

    @Test
    void bytesThatAreNoTextAreNamed() throws IOException {
        Files.write(directory.resolve("chat_template.jinja"), new byte[] {'a', (byte) 0xff});
        assertFails("chat_template.jinja is not UTF-8 text", () -> ChatTemplates.read(directory));
    }

    @Test
    void specialTokensAreStringsOrObjectsAndComeFromTheMapWhereTheConfigIsSilent() throws IOException {
        file(
                "tokenizer_config.json",
                "{\"eos_token\": {\"content\": \"</s>\"}, \"bos_token\": null, \"add_bos_token\": true}");
        file(
                "special_tokens_map.json",
                "{\"bos_token\": \"<s>\", \"eos_token\": \"?\", \"unk_token\": {\"content\": \"<unk>\"}}");

        assertEquals(Map.of("eos_token", "</s>", "unk_token", "<unk>"), SpecialTokens.read(directory));
    }

    private static void assertFails(String message, org.junit.jupiter.api.function.Executable code) {
        SteeringException e = assertThrows(SteeringException.class, code);
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
