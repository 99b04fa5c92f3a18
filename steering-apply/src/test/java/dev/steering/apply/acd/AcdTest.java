package dev.steering.apply.acd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.testing.AcdGolden;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SoftPromptExamples;
import dev.steering.core.SteeringException;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ACD against {@code golden_acd_decoding.py}, which uses Hugging Face transformers. */
class AcdTest {
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

    private static SoftPrompts tuned() {
        return SoftPromptExamples.of(AcdGolden.file());
    }

    private static List<List<Integer>> tokens(Acd method) {
        return AcdGolden.tokens(model, AcdGolden.queries(model), method);
    }

    @Test
    void acdWritesWhatTransformersWrites() {
        AcdGolden.assertWrites("ids", model, Acd.of(model, tuned(), AcdGolden.settings()));
    }

    @Test
    void untunedIsTheInitialSystemPrompts() {
        SoftPrompts initial = SoftPromptExamples.untuned(tuned());
        List<List<Integer>> rows = tokens(Acd.of(model, initial, AcdGolden.settings()));
        assertEquals(rows, tokens(Acd.untuned(model, tuned(), AcdGolden.settings())));
        assertNotEquals(rows, tokens(Acd.of(model, tuned(), AcdGolden.settings())));
    }

    /** With beta 1 only the safe context's best token is plausible, so nothing is left of the contrast. */
    @Test
    void plausibilityIsJudgedByTheSafeContext() {
        assertEquals(
                tokens(Acd.of(model, tuned(), new AcdSettings(0, null))),
                tokens(Acd.of(model, tuned(), new AcdSettings(0.8, 1.0))));
    }

    @Test
    void whatIsOutOfRangeOrMissingIsNamed() {
        for (double alpha : new double[] {-0.1, 1, Double.NaN}) {
            assertTrue(refusal(() -> new AcdSettings(alpha, null)).startsWith("ACD's alpha must be at least 0"));
        }
        assertEquals(
                "ACD's plausibility bound must be in (0, 1], found 0.0.", refusal(() -> new AcdSettings(0.8, 0.0)));
        List<MethodDefinition> needing = MethodRegistry.all().stream()
                .filter(method -> method.required().contains(AcdDefinition.SOFT_PROMPTS))
                .toList();
        assertEquals(
                List.of("acd", "acd-untuned"),
                needing.stream().map(MethodDefinition::name).toList());
        for (MethodDefinition method : needing) {
            assertEquals(
                    "The method " + method.name() + " needs tuned soft prompts.",
                    refusal(() -> method.bind(model, MethodArguments.NONE)));
        }
    }

    private static String refusal(Runnable action) {
        return String.valueOf(assertThrows(SteeringException.class, action::run).getMessage());
    }
}
