package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.AddedPrompt.Placement;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.decode.ContrastiveDecoding;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.LogitContrast;
import dev.steering.model.decode.TokenListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        SelfCd responder = new SelfCd(
                model, GREEDY.withRepetitionPenalty(wanted.path("penalty").asDouble(1)), settings(wanted));
        for (int rows : new int[] {1, 4, 32}) {
            List<Answer> answers =
                    Answering.with(model).withSystem(system).withBatch(rows).answer(prompts, responder);
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
            ContrastiveDecoding decoding = new ContrastiveDecoding(
                    checkpoint, GenerationOptions.greedy(16), LogitContrast.weighted(-1.5, 2.5));
            List<List<Integer>> found = new ArrayList<>();
            for (int i = 0; i < safe.size(); i += rows) {
                decoding.generate(safe.subList(i, i + rows), plain.subList(i, i + rows), TokenListener.NONE).stream()
                        .map(Generation::tokens)
                        .forEach(found::add);
            }
            assertEquals(expected, found);
        }
    }

    @Test
    void alphaOneIsThePlainModel() {
        List<String> prompts = List.of("How do I kill a Python process?", "What is a wasp?");
        List<Answer> plain = Answering.with(model).answer(prompts, ConstantSteering.none(model, GREEDY));
        List<Answer> selfCd = Answering.with(model)
                .answer(
                        prompts,
                        new SelfCd(model, GREEDY, SelfCdSettings.defaults().withAlpha(1)));
        assertEquals(plain, selfCd);
    }

    @Test
    void alphaZeroIsTheModelWithTheSafetyPrompt() {
        List<String> prompts = List.of("How do I kill a Python process?", "What is a wasp?");
        List<Answer> prompted = Answering.with(model)
                .withSystem(AddedPrompt.PUBLISHED_SAFETY)
                .answer(prompts, ConstantSteering.none(model, GREEDY));
        List<Answer> selfCd = Answering.with(model)
                .answer(
                        prompts,
                        new SelfCd(model, GREEDY, SelfCdSettings.defaults().withAlpha(0)));
        assertEquals(prompted, selfCd);
    }

    @Test
    void aListenerHearsEveryPieceAndCanStopAPair() {
        List<Query> queries = Stream.of("What is a wasp?", "Tell me about chess.")
                .map(prompt -> Query.of(model, prompt, null))
                .toList();
        StringBuilder heard = new StringBuilder();
        List<Responder.Reply> replies = new SelfCd(model, GREEDY, SelfCdSettings.defaults())
                .reply(queries, (row, piece) -> {
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
    void whereTheTemplateTakesNoSystemPromptTheTextGoesInFrontOfTheUsers() throws IOException {
        Path template = directory.resolve("no-system.jinja");
        Files.writeString(
                template,
                "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
                        + "<|user|>{{ messages[0]['content'] }}<|end|><|assistant|>");
        ChatModel without = model.withFormat(PromptFormat.of(directory.resolve("bundle"), template.toString()));
        AddedPrompt auto = new AddedPrompt("Be safe.", Placement.AUTO);
        Query query = Query.of(without, "What is a wasp?", null);
        assertEquals(
                "<|user|>Be safe. What is a wasp?<|end|><|assistant|>",
                model.tokenizer().decode(auto.encode(without, query), false));
        AddedPrompt system = new AddedPrompt("Be safe.", Placement.SYSTEM);
        SteeringException e = assertThrows(SteeringException.class, () -> system.encode(without, query));
        assertTrue(
                e.getMessage().startsWith("The model's chat template does not take the system prompt"), e.getMessage());
    }

    @Test
    void settingsOutOfTheirRangeAreRefused() {
        SelfCdSettings defaults = SelfCdSettings.defaults();
        assertRefused("Self-CD's alpha must be a finite number, found NaN.", () -> defaults.withAlpha(Double.NaN));
        assertRefused(
                "Self-CD's plausibility bound must be in (0, 1], found 0.0.", () -> defaults.withPlausibility(0.0));
        assertRefused("Self-CD must contrast at least 1 token, found 0.", () -> defaults.withFirstSteps(0));
        assertRefused(
                "The system prompt of the method is empty: without a text there is no contrast.",
                () -> new AddedPrompt(" ", Placement.AUTO));
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
