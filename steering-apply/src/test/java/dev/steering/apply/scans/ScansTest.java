package dev.steering.apply.scans;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.Decision;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.GateReader;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.ort.ForwardResult;
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

    private static Method scans() {
        return scans(DemoModel.SETTINGS);
    }

    private static Method scans(ScansSettings settings) {
        return PlannedMethod.of("scans", model, plan(settings), PlanVectors.of(DemoModel.vector()));
    }

    private static SteeringPlan plan(ScansSettings settings) {
        return Scans.plan(VectorReference.to("", DemoModel.vector()), settings);
    }

    private static void assertGolden(List<JsonNode> expected, int rows) {
        List<String> prompts =
                expected.stream().map(node -> node.path("prompt").asText()).toList();
        List<Answer> answers =
                Answering.with(model).withOptions(GREEDY).withBatch(rows).answer(prompts, scans());
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
        List<Decision> decisions =
                GateReader.decide(model, plan(DemoModel.SETTINGS), PlanVectors.of(DemoModel.vector()), prompts).stream()
                        .map(ofPrompt -> ofPrompt.get(0))
                        .toList();
        assertEquals(40, decisions.size());
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
        List<Answer> answers =
                Answering.with(model).withOptions(GREEDY).answerQueries(queries, scans(), TokenListener.NONE);
        Transitions transitions = Transitions.of(model);
        assertEquals(1, transitions.markerTokens().length);
        for (int row = 0; row < queries.size(); row++) {
            Draft draft = scans().draft(row, queries.get(row), decided -> {});
            assertEquals(2, draft.extraPositions(12), "the marker, and the last prompt token once more");
        }
        int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
        try (KeyValueCache cache = model.model().newCache(prompts.size(), longest + DemoModel.NEW_TOKENS)) {
            ForwardRequest marked =
                    ForwardRequest.of(prompts.stream().map(transitions::append).toList());
            model.model().forward(marked, cache);
            List<Schedule> schedules = new ArrayList<>();
            for (int row = 0; row < prompts.size(); row++) {
                int length = prompts.get(row).length;
                assertEquals(length + 1, cache.length(row), "prompt and marker");
                cache.rewind(row, length - 1);
                schedules.add(
                        Schedule.from(length - 1, answers.get(row).decision().sign() * 0.75f));
            }
            float[][] points =
                    new float[DemoModel.LAYERS + 1][DemoModel.vector().hidden()];
            points[4] = DemoModel.vector().directions().row(3);
            PassSteering steering = PassSteering.adding(DirectionSet.of(points), schedules);
            assertEquals(
                    answers.stream().map(answer -> answer.generation().tokens()).toList(),
                    written(prompts, cache, steering));
        }
    }

    /** Greedy decoding by hand: one position of every row a pass, from the last prompt token on. */
    private static List<List<Integer>> written(List<int[]> prompts, KeyValueCache cache, PassSteering steering) {
        List<List<Integer>> written = new ArrayList<>();
        List<int[]> next = new ArrayList<>();
        for (int[] prompt : prompts) {
            written.add(new ArrayList<>());
            next.add(new int[] {prompt[prompt.length - 1]});
        }
        boolean[] ended = new boolean[prompts.size()];
        for (int step = 0; step < DemoModel.NEW_TOKENS; step++) {
            ForwardResult result = model.model()
                    .forward(ForwardRequest.of(next).withSteering(steering).withLastLogits(), cache);
            for (int row = 0; row < ended.length; row++) {
                int token = best(result.logits(row, 0));
                ended[row] |= model.manifest().endTokens().contains(token);
                if (!ended[row]) {
                    written.get(row).add(token);
                }
                next.set(row, new int[] {token});
            }
        }
        return written;
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int token = 1; token < logits.length; token++) {
            best = logits[token] > logits[best] ? token : best;
        }
        return best;
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
                "No layers to steer: name some, or anchor the vector's layers first.");
    }

    private static void assertRefused(ScansSettings settings, String message) {
        SteeringException e = assertThrows(SteeringException.class, () -> scans(settings));
        assertEquals(message, e.getMessage());
    }

    @Test
    void aVectorThatIsNotAnchoredHasNoSettings() {
        SteeringException e = assertThrows(SteeringException.class, () -> ScansSettings.of(DemoModel.vector()));
        assertEquals(
                "The vector has no safety-critical layers and no threshold yet: anchor its layers first, or use another"
                        + " method than scans.",
                e.getMessage());
    }

    @Test
    void settingsChangeOneAtATime() {
        ScansSettings changed =
                DemoModel.SETTINGS.withStrength(2, VectorScale.UNIT).withThreshold(0.5);
        assertEquals(new ScansSettings(List.of(3), List.of(5), 2, VectorScale.UNIT, 0.5), changed);
    }
}
