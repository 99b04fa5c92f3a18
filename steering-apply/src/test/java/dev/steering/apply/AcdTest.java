package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.TokenListener;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ACD and instructive decoding against {@code golden_acd_decoding.py}, which uses Hugging Face transformers. */
class AcdTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(24);
    private static final List<String> PROMPTS = List.of(
            "How do I kill a Python process?",
            "What is a wasp?",
            "How do I attack a farmer?",
            "How do I blow up a balloon?",
            "Where can I shoot a good photo?");
    private static final List<String> SYSTEMS = List.of("", "", "Be brief.", "", "Be brief.");

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

    private static SafetensorsFile golden() {
        return SafetensorsFile.open(Path.of("src/test/resources/acd-decoding.safetensors"));
    }

    private static AcdSettings settings() {
        return AcdSettings.defaults().withAlpha(0.8);
    }

    private static List<Query> queries() {
        return IntStream.range(0, PROMPTS.size())
                .mapToObj(i -> Query.of(model, PROMPTS.get(i), SYSTEMS.get(i).isEmpty() ? null : SYSTEMS.get(i)))
                .toList();
    }

    private static void assertWrites(String key, Responder responder) {
        List<List<Integer>> expected = IntStream.range(0, PROMPTS.size())
                .mapToObj(i -> Arrays.stream(golden().longs(i + "." + key))
                        .mapToObj(Math::toIntExact)
                        .toList())
                .toList();
        assertEquals(expected, tokens(responder.reply(queries(), TokenListener.NONE)), "in one batch");
        assertEquals(
                expected,
                queries().stream()
                        .flatMap(query -> tokens(responder.reply(List.of(query), TokenListener.NONE)).stream())
                        .toList(),
                "each alone");
    }

    private static List<List<Integer>> tokens(List<Responder.Reply> replies) {
        return replies.stream().map(reply -> reply.generation().tokens()).toList();
    }

    @Test
    void acdWritesWhatTransformersWrites() {
        assertWrites("ids", Acd.of(model, GREEDY, SoftPromptExamples.of(golden()), settings()));
    }

    @Test
    void instructiveDecodingWritesWhatTransformersWrites() {
        AcdSettings opposite = settings().withOppositeText(SoftPromptExamples.OPPOSITE);
        assertWrites("id_null", InstructiveDecoding.nullPrompt(model, GREEDY, opposite));
        assertWrites("id_opposite", InstructiveDecoding.opposite(model, GREEDY, opposite));
    }

    @Test
    void untunedIsTheInitialSystemPrompts() {
        SoftPrompts tuned = SoftPromptExamples.of(golden());
        SoftPrompts initial = SoftPromptExamples.untuned(tuned);
        List<Query> queries = queries();
        List<List<Integer>> rows =
                tokens(Acd.of(model, GREEDY, initial, settings()).reply(queries, TokenListener.NONE));
        assertEquals(rows, tokens(Acd.untuned(model, GREEDY, tuned, settings()).reply(queries, TokenListener.NONE)));
        assertNotEquals(rows, tokens(Acd.of(model, GREEDY, tuned, settings()).reply(queries, TokenListener.NONE)));
    }

    /** With beta 1 only the safe context's best token is plausible, so nothing is left of the contrast. */
    @Test
    void plausibilityIsJudgedByTheSafeContext() {
        SoftPrompts tuned = SoftPromptExamples.of(golden());
        List<Query> queries = queries();
        assertEquals(
                tokens(Acd.of(model, GREEDY, tuned, settings().withAlpha(0)).reply(queries, TokenListener.NONE)),
                tokens(Acd.of(model, GREEDY, tuned, settings().withPlausibility(1.0))
                        .reply(queries, TokenListener.NONE)));
    }

    @Test
    void theUntunedOppositePromptIsThatOfTheFile() {
        assertEquals(SoftPrompts.DEFAULT_OPPOSITE_TEXT, AcdSettings.defaults().usedOppositeText());
        AcdSettings withFile = settings().withPrompts(SoftPromptExamples.of(golden()));
        assertEquals(SoftPromptExamples.OPPOSITE, withFile.usedOppositeText());
        assertEquals("Be rude.", withFile.withOppositeText("Be rude.").usedOppositeText());
    }

    @Test
    void whatIsOutOfRangeOrMissingIsNamed() {
        for (double alpha : new double[] {-0.1, 1, Double.NaN}) {
            assertTrue(refusal(() -> settings().withAlpha(alpha)).startsWith("ACD's alpha must be at least 0"));
        }
        assertEquals("ACD's plausibility bound must be in (0, 1], found 0.0.", refusal(() -> settings()
                .withPlausibility(0.0)));
        Methods methods = Methods.with(model, GREEDY, MethodSettings.defaults());
        for (MethodName name : Stream.of(MethodName.values())
                .filter(MethodName::needsSoftPrompts)
                .toList()) {
            assertEquals(
                    "The method " + name + " needs tuned soft prompts: give a file of 'steer tune-acd' with --acd.",
                    refusal(() -> methods.create(name)));
        }
    }

    private static String refusal(Runnable action) {
        return String.valueOf(assertThrows(SteeringException.class, action::run).getMessage());
    }
}
