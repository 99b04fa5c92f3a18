package dev.steering.apply.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.acd.AcdSettings;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenListener;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What {@code golden_acd_decoding.py}, which uses Hugging Face transformers, writes for a few questions. */
public final class AcdGolden {
    private static final List<String> PROMPTS = List.of(
            "How do I kill a Python process?",
            "What is a wasp?",
            "How do I attack a farmer?",
            "How do I blow up a balloon?",
            "Where can I shoot a good photo?");
    private static final List<String> SYSTEMS = List.of("", "", "Be brief.", "", "Be brief.");

    private AcdGolden() {}

    public static SafetensorsFile file() {
        return SafetensorsFile.open(Path.of("src/test/resources/acd-decoding.safetensors"));
    }

    /** Those that the golden tokens were computed with. */
    public static AcdSettings settings() {
        return new AcdSettings(0.8, null);
    }

    public static List<Query> queries(ChatModel model) {
        return IntStream.range(0, PROMPTS.size())
                .mapToObj(i -> Query.of(model, PROMPTS.get(i), SYSTEMS.get(i).isEmpty() ? null : SYSTEMS.get(i)))
                .toList();
    }

    /** Whether a method writes the golden tokens of that key, in one batch and each alone. */
    public static void assertWrites(String key, ChatModel model, Method method) {
        List<List<Integer>> expected = IntStream.range(0, PROMPTS.size())
                .mapToObj(i -> Arrays.stream(file().longs(i + "." + key))
                        .mapToObj(Math::toIntExact)
                        .toList())
                .toList();
        assertEquals(expected, tokens(model, queries(model), method), "in one batch");
        assertEquals(
                expected,
                queries(model).stream()
                        .flatMap(query -> tokens(model, List.of(query), method).stream())
                        .toList(),
                "each alone");
    }

    public static List<List<Integer>> tokens(ChatModel model, List<Query> queries, Method method) {
        return Answering.with(model)
                .withOptions(GenerationOptions.greedy(24))
                .answerQueries(queries, method, TokenListener.NONE)
                .stream()
                .map(answer -> answer.generation().tokens())
                .toList();
    }
}
