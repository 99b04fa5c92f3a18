package dev.steering.apply.instructive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.acd.AcdDefinition;
import dev.steering.apply.testing.AcdGolden;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SoftPromptExamples;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instructive decoding against {@code golden_acd_decoding.py}, which uses Hugging Face transformers. */
class InstructiveDecodingTest {
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
    void instructiveDecodingWritesWhatTransformersWrites() {
        AcdGolden.assertWrites("id_null", model, InstructiveDecoding.nullPrompt(model, AcdGolden.settings()));
        AcdGolden.assertWrites(
                "id_opposite",
                model,
                InstructiveDecoding.opposite(model, AcdGolden.settings(), SoftPromptExamples.OPPOSITE));
    }

    @Test
    void theUntunedOppositePromptIsThatOfTheFile() throws IOException {
        assertEquals(SoftPrompts.DEFAULT_OPPOSITE_TEXT, usedText(MethodArguments.NONE));
        MethodArguments withFile =
                MethodArguments.NONE.with(AcdDefinition.SOFT_PROMPTS, SoftPromptExamples.of(AcdGolden.file()));
        assertEquals(SoftPromptExamples.OPPOSITE, usedText(withFile));
        assertEquals("Be rude.", usedText(withFile.with(OppositePromptDefinition.TEXT, "Be rude.")));
    }

    private static String usedText(MethodArguments arguments) throws IOException {
        String json = MethodRegistry.get("id-opposite").bind(model, arguments).json();
        return new ObjectMapper().readTree(json).path("opposite_text").asText();
    }
}
