package dev.steering.apply.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.prompt.AddedPrompt.Placement;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.chat.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddedPromptTest {
    @TempDir
    private static Path directory;

    private static ChatModel model;

    @BeforeAll
    static void open() {
        model = DemoModel.open(directory);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void whereTheTemplateTakesNoSystemPromptTheTextGoesInFrontOfTheUsers() throws IOException {
        Path template = directory.resolve("no-system.jinja");
        Files.writeString(
                template,
                "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
                        + "<|user|>{{ messages[0]['content'] }}<|end|><|assistant|>");
        ChatModel without = model.withFormat(PromptFormat.of(directory.resolve("bundle"), template.toString()));
        AddedPrompt auto = new AddedPrompt("Be safe.", Placement.AUTO);
        List<Turn> turns = Turn.of("What is a wasp?", null);
        assertEquals(
                "<|user|>Be safe. What is a wasp?<|end|><|assistant|>",
                model.tokenizer().decode(auto.encode(without, turns), false));
        AddedPrompt system = new AddedPrompt("Be safe.", Placement.SYSTEM);
        SteeringException e = assertThrows(SteeringException.class, () -> system.encode(without, turns));
        assertTrue(
                e.getMessage().startsWith("The model's chat template does not take the system prompt"), e.getMessage());
    }

    @Test
    void aTextIsNeeded() {
        SteeringException e = assertThrows(SteeringException.class, () -> new AddedPrompt(" ", Placement.AUTO));
        assertEquals("The system prompt of the method is empty: without a text there is no contrast.", e.getMessage());
    }
}
