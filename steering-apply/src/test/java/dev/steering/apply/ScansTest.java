package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SCANS against the golden values of the demo model, which Hugging Face transformers computed. */
class ScansTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(DemoModel.NEW_TOKENS);

    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static List<JsonNode> golden;

    @BeforeAll
    static void open() throws IOException {
        model = DemoModel.open(directory);
        golden = DemoModel.golden();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Scans scans() {
        return new Scans(model, GREEDY, DemoModel.vector(), DemoModel.SETTINGS);
    }

    private static void assertGolden(List<JsonNode> expected, int rows) {
        List<String> prompts =
                expected.stream().map(node -> node.path("prompt").asText()).toList();
        List<Answer> answers = Answering.with(model).withBatch(rows).answer(prompts, scans());
        assertEquals(40, answers.size());
        for (int i = 0; i < answers.size(); i++) {
            JsonNode node = expected.get(i);
            Answer answer = answers.get(i);
            assertEquals(prompts.get(i), answer.prompt());
            assertEquals(node.path("score").asDouble(), answer.decision().score(), 1e-4);
            assertEquals(
                    node.path("decision").asText().equals("harmful"),
                    answer.decision().harmful());
            assertEquals(node.path("sign").asInt(), answer.decision().sign());
            assertEquals(
                    node.path("scans").path("text").asText(),
                    answer.generation().text());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 32})
    void allFortyAnswersAreThoseOfTheReference(int rows) {
        assertGolden(golden, rows);
    }

    @Test
    void theOrderOfThePromptsDoesNotMatter() {
        List<JsonNode> reversed = new ArrayList<>(golden);
        Collections.reverse(reversed);
        assertGolden(reversed, 7);
    }

    @Test
    void decidingAloneGivesTheSameDecisions() {
        List<int[]> prompts = golden.stream()
                .map(node -> model.encode(node.path("prompt").asText()))
                .toList();
        List<Decision> decisions = scans().decide(prompts);
        for (int i = 0; i < decisions.size(); i++) {
            assertEquals(
                    golden.get(i).path("score").asDouble(), decisions.get(i).score(), 1e-4);
            assertEquals(golden.get(i).path("sign").asInt(), decisions.get(i).sign());
        }
        assertTrue(decisions.stream().anyMatch(Decision::harmful)
                && !decisions.stream().allMatch(Decision::harmful));
    }

    /**
     * The prompt's cache is reused: after classification a single position per prompt is run before the first new token.
     * Batches prove it too, since a batch cannot run more than one position after a past.
     */
    @Test
    void classificationCostsTheMarkerAndOnePosition() {
        List<Query> queries = golden.subList(0, 5).stream()
                .map(node -> Query.of(model, node.path("prompt").asText(), null))
                .toList();
        List<int[]> prompts = queries.stream().map(Query::tokens).toList();
        List<Responder.Reply> replies = scans().reply(queries, TokenListener.NONE);
        Transitions transitions = Transitions.of(model);
        Generator generator = new Generator(model, GREEDY);
        try (KeyValueCache cache = generator.newCache(prompts, transitions.markerTokens().length)) {
            model.model()
                    .forward(
                            ForwardRequest.of(
                                    prompts.stream().map(transitions::append).toList()),
                            cache);
            List<Schedule> schedules = new ArrayList<>();
            for (int row = 0; row < prompts.size(); row++) {
                int length = prompts.get(row).length;
                assertEquals(length + 1, cache.length(row), "prompt and marker");
                cache.rewind(row, length - 1);
                schedules.add(
                        Schedule.from(length - 1, replies.get(row).decision().sign() * 0.75f));
            }
            List<Generation> texts = generator.generate(
                    prompts,
                    cache,
                    PassSteering.adding(
                            DirectionSet.of(Directions.points(DemoModel.vector().directions(), List.of(3))), schedules),
                    TokenListener.NONE);
            assertEquals(replies.stream().map(Responder.Reply::generation).toList(), texts);
        }
    }

    @Test
    void layersOutOfRangeAreRefused() {
        assertRefused(
                DemoModel.SETTINGS.withSteeringLayers(List.of(3, 6)),
                "Layer 6 is out of range: the model has layers 0 to 5.");
        assertRefused(
                DemoModel.SETTINGS.withClassifierLayers(List.of(-1)), "Layer -1 is out of range: layers count from 0.");
        assertRefused(
                DemoModel.SETTINGS.withSteeringLayers(List.of()),
                "No layers to steer: name some with --layers, or run 'steer layers' first.");
    }

    private static void assertRefused(ScansSettings settings, String message) {
        SteeringException e =
                assertThrows(SteeringException.class, () -> new Scans(model, GREEDY, DemoModel.vector(), settings));
        assertEquals(message, e.getMessage());
    }

    @Test
    void aVectorThatIsNotAnchoredHasNoSettings() {
        SteeringException e = assertThrows(SteeringException.class, () -> ScansSettings.of(DemoModel.vector()));
        assertTrue(
                e.getMessage().startsWith("The vector has no safety-critical layers and no threshold yet."),
                e.getMessage());
    }

    @Test
    void settingsChangeOneAtATime() {
        ScansSettings changed =
                DemoModel.SETTINGS.withStrength(2, VectorScale.UNIT).withThreshold(0.5);
        assertEquals(new ScansSettings(List.of(3), List.of(5), 2, VectorScale.UNIT, 0.5), changed);
    }
}
