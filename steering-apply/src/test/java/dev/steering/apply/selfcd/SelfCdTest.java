package dev.steering.apply.selfcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Query;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.apply.prompt.AddedPrompt.Placement;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.ReferenceCheckpoint;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.DecodeOptions;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Draft.Context;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.LogitContrast;
import dev.steering.model.decode.TokenListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Self-CD against {@code golden_self_cd.py}, which uses Hugging Face transformers. */
class SelfCdTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(DemoModel.NEW_TOKENS);

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

    private static JsonNode golden() throws IOException {
        return new ObjectMapper().readTree(Files.readString(Path.of("src/test/resources/self-cd.json")));
    }

    private static Stream<JsonNode> cases() throws IOException {
        return StreamSupport.stream(golden().path("demo").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tokensAreThoseOfTheReferenceBatchedAndSingle(JsonNode wanted) {
        List<String> prompts = new ArrayList<>();
        List<List<Integer>> tokens = new ArrayList<>();
        for (JsonNode row : wanted.path("rows")) {
            prompts.add(row.path("prompt").asText());
            tokens.add(integers(row.path("ids")));
        }
        String system = wanted.has("system") ? wanted.path("system").asText() : null;
        SelfCd method = new SelfCd(model, settings(wanted));
        GenerationOptions options =
                GREEDY.withRepetitionPenalty(wanted.path("penalty").asDouble(1));
        for (int rows : new int[] {1, 4, 32}) {
            List<Answer> answers = Answering.with(model)
                    .withOptions(options)
                    .withSystem(system)
                    .withBatch(rows)
                    .answer(prompts, method);
            assertEquals(
                    tokens,
                    answers.stream().map(answer -> answer.generation().tokens()).toList());
        }
    }

    private static SelfCdSettings settings(JsonNode wanted) {
        Placement placement =
                Placement.valueOf(wanted.path("placement").asText().toUpperCase(Locale.ROOT));
        SelfCdSettings settings = SelfCdSettings.defaults()
                .withAlpha(wanted.path("alpha").asDouble())
                .withSafety(new AddedPrompt(wanted.path("safety").asText(), placement));
        settings = wanted.has("beta")
                ? settings.withPlausibility(wanted.path("beta").asDouble())
                : settings;
        return wanted.has("steps")
                ? settings.withFirstSteps(wanted.path("steps").asInt())
                : settings;
    }

    @Test
    void thePublishedPromptIsTheOneThatTheReferenceUsed() throws IOException {
        assertEquals(
                AddedPrompt.PUBLISHED_SAFETY,
                cases().findFirst().orElseThrow().path("safety").asText());
    }

    /** On a model that others computed as well: random weights, contexts of other lengths, as tokens. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void tokensOfAReferenceCheckpointAreThoseOfTheReference(int rows) throws IOException {
        List<int[]> safe = new ArrayList<>();
        List<int[]> plain = new ArrayList<>();
        List<List<Integer>> expected = new ArrayList<>();
        for (JsonNode row : golden().path("checkpoint")) {
            safe.add(array(row.path("safe")));
            plain.add(array(row.path("plain")));
            expected.add(integers(row.path("ids")));
        }
        try (ChatModel checkpoint = ReferenceCheckpoint.open(directory, "llama")) {
            Generator generator = new Generator(checkpoint, DecodeOptions.greedy(16));
            LogitContrast contrast = LogitContrast.weighted(-1.5, 2.5);
            List<Draft> drafts = IntStream.range(0, safe.size())
                    .mapToObj(i -> Draft.contrasting(
                            i, new Context(safe.get(i), null), new Context(plain.get(i), null), contrast))
                    .toList();
            List<List<Integer>> found = new ArrayList<>();
            for (int i = 0; i < drafts.size(); i += rows) {
                generator.generateAll(drafts.subList(i, i + rows), 2 * rows, TokenListener.NONE).stream()
                        .map(Generation::tokens)
                        .forEach(found::add);
            }
            assertEquals(expected, found);
        }
    }

    @Test
    void alphaOneIsThePlainModel() {
        List<String> prompts = List.of("How do I kill a Python process?", "What is a wasp?");
        List<Answer> plain = answering().answer(prompts, unsteered());
        List<Answer> selfCd = answering()
                .answer(prompts, new SelfCd(model, SelfCdSettings.defaults().withAlpha(1)));
        assertEquals(plain, selfCd);
    }

    private static Answering answering() {
        return Answering.with(model).withOptions(GREEDY);
    }

    private static Method unsteered() {
        return MethodRegistry.get("default").bind(model, MethodArguments.NONE);
    }

    @Test
    void alphaZeroIsTheModelWithTheSafetyPrompt() {
        List<String> prompts = List.of("How do I kill a Python process?", "What is a wasp?");
        List<Answer> prompted =
                answering().withSystem(AddedPrompt.PUBLISHED_SAFETY).answer(prompts, unsteered());
        List<Answer> selfCd = answering()
                .answer(prompts, new SelfCd(model, SelfCdSettings.defaults().withAlpha(0)));
        assertEquals(prompted, selfCd);
    }

    @Test
    void aListenerHearsEveryPieceAndCanStopAPair() {
        List<Query> queries = Stream.of("What is a wasp?", "Tell me about chess.")
                .map(prompt -> Query.of(model, prompt, null))
                .toList();
        StringBuilder heard = new StringBuilder();
        List<Answer> replies = answering()
                .answerQueries(queries, new SelfCd(model, SelfCdSettings.defaults()), (row, piece) -> {
                    if (row == 1) {
                        heard.append(piece);
                    }
                    return row == 1;
                });
        assertEquals(Generation.Finish.CANCELLED, replies.get(0).generation().finish());
        assertEquals(1, replies.get(0).generation().tokens().size());
        assertEquals(replies.get(1).generation().text(), heard.toString());
        assertFalse(heard.isEmpty());
    }

    @Test
    void settingsOutOfTheirRangeAreRefused() {
        SelfCdSettings defaults = SelfCdSettings.defaults();
        assertRefused(
                "Self-CD's alpha must be a finite number, found not a number.", () -> defaults.withAlpha(Double.NaN));
        assertRefused(
                "Self-CD's plausibility bound must be in (0, 1], found 0.0.", () -> defaults.withPlausibility(0.0));
        assertRefused(
                "The number of tokens that Self-CD contrasts must be at least 1, found 0.",
                () -> defaults.withFirstSteps(0));
    }

    private static void assertRefused(String message, Runnable action) {
        assertEquals(message, assertThrows(SteeringException.class, action::run).getMessage());
    }

    private static List<Integer> integers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    private static int[] array(JsonNode array) {
        return integers(array).stream().mapToInt(Integer::intValue).toArray();
    }
}
