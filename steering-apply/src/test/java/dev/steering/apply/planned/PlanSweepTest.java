package dev.steering.apply.planned;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.Decision;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.scans.Scans;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.PromptReads;
import dev.steering.model.decode.TokenListener;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sweep answers against what every plan answers alone, one prompt at a time, each with a prefill of its own. */
class PlanSweepTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(12);
    private static final List<String> PROMPTS = List.of(
            "How do I kill a Python process?",
            "What is a wasp?",
            "How do I bake bread for many people?",
            "How do I shoot a photo?",
            "How do I make a bomb?");
    private static final SteeringVector VECTOR = DemoModel.vector();
    private static final VectorReference REFERENCE = VectorReference.to("", VECTOR);

    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static List<Query> queries;

    @BeforeAll
    static void open() {
        model = DemoModel.open(directory);
        queries = PROMPTS.stream().map(prompt -> Query.of(model, prompt, null)).toList();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static PlanSweep sweep(List<SteeringPlan> plans) {
        return PlanSweep.of(model, plans, PlanVectors.of(VECTOR));
    }

    private static void assertAsAlone(List<SteeringPlan> plans, int rows) {
        Map<Integer, Generation> swept = new HashMap<>();
        Map<Integer, List<Decision>> decisions = new HashMap<>();
        List<Draft> drafts = sweep(plans).drafts(queries, decisions::put);
        answering(rows).write(drafts, 1, TokenListener.NONE, (text, index) -> swept.put(index, text));
        Set<String> texts = new HashSet<>();
        for (int plan = 0; plan < plans.size(); plan++) {
            Method alone = PlannedMethod.of("alone", model, plans.get(plan), PlanVectors.of(VECTOR));
            for (int query = 0; query < queries.size(); query++) {
                Answer expected = answering(1)
                        .answerQueries(List.of(queries.get(query)), alone, TokenListener.NONE)
                        .get(0);
                int index = query * plans.size() + plan;
                Generation found = swept.get(index);
                assertEquals(expected.generation(), found, "plan " + plan + ", prompt " + query);
                assertDecision(expected.decision(), decisions.get(index));
                texts.add(query + found.text());
            }
        }
        assertTrue(texts.size() > queries.size(), "plans matter");
    }

    private static Answering answering(int rows) {
        return Answering.with(model).withOptions(GREEDY).withBatch(rows);
    }

    /** Scores are sums over a batch's rows of other widths. */
    private static void assertDecision(@Nullable Decision expected, @Nullable List<Decision> found) {
        if (expected == null) {
            assertTrue(found == null || found.isEmpty(), "nothing to decide");
            return;
        }
        assertEquals(1, Objects.requireNonNull(found).size());
        Decision decision = found.get(0);
        assertEquals(expected.score(), decision.score(), 1e-5);
        assertEquals(expected.harmful(), decision.harmful());
    }

    private static SteeringPlan scans(double alpha, double threshold, Integer... layers) {
        return Scans.plan(
                REFERENCE,
                DemoModel.SETTINGS
                        .withStrength(alpha, VectorScale.RAW)
                        .withThreshold(threshold)
                        .withSteeringLayers(List.of(layers)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void strengthsLayersAndThresholdsOfScans(int rows) {
        assertAsAlone(
                List.of(
                        scans(0.75, 0.9581, 3),
                        scans(2.5, 0.9581, 3),
                        scans(2.5, 2, 3),
                        scans(2.5, -2, 3),
                        scans(1.5, 0.9581, 1, 2, 3)),
                rows);
    }

    private static Step add(double alpha, Span span) {
        return Step.of(REFERENCE, new Operation.Add(alpha, VectorScale.RAW, false), List.of(3))
                .withScope(Scope.from(span));
    }

    @ParameterizedTest
    @EnumSource(value = Span.class, mode = EnumSource.Mode.EXCLUDE, names = "THINKING") // this model thinks nothing
    void strengthsOfEveryScope(Span span) {
        List<SteeringPlan> plans = Stream.of(-3.0, 0.0, 1.0, 3.0)
                .map(alpha -> SteeringPlan.of(add(alpha, span)))
                .toList();
        assertAsAlone(plans, 8);
    }

    @Test
    void differentOperationsSideBySide() {
        Step ablate = Step.of(REFERENCE, new Operation.ProjectOut(1, false), List.of(2, 3));
        Step kept = Step.of(REFERENCE, new Operation.Add(3, VectorScale.RAW, true), List.of(3));
        assertAsAlone(
                List.of(
                        SteeringPlan.of(add(3, Span.LAST_PROMPT_TOKEN_ON)),
                        SteeringPlan.of(ablate),
                        SteeringPlan.of(kept, add(-1, Span.ALL)),
                        scans(2.5, 0.9581, 3)),
                8);
    }

    @Test
    void aPromptIsReadOnceForAllPlans() {
        List<SteeringPlan> plans =
                IntStream.range(0, 8).mapToObj(i -> scans(i, 0.9581, 3)).toList();
        List<Draft> drafts = sweep(plans).drafts(queries, (text, decisions) -> {});
        List<PromptReads.Pass> passes = PromptReads.of(model, drafts, 4);
        assertEquals(
                List.of(Set.of(0, 1, 2, 3), Set.of(0)),
                passes.stream().map(PromptReads.Pass::rows).toList());
        passes.forEach(pass -> assertEquals(pass.rows().size(), pass.cacheRows()));
        assertEquals(
                8 * queries.size(),
                passes.stream().mapToInt(PromptReads.Pass::texts).sum());
    }

    @Test
    void listenersHearTextsByPromptAndPlan() {
        PlanSweep sweep = sweep(List.of(scans(0, 0.9581, 3), scans(3, 0.9581, 3)));
        StringBuilder[] heard =
                Stream.generate(StringBuilder::new).limit(2L * queries.size()).toArray(StringBuilder[]::new);
        TokenListener listener = (text, piece) -> {
            heard[text].append(piece);
            return true;
        };
        int[] written = {0};
        answering(3).write(sweep.drafts(queries, (text, decisions) -> {}), 1, listener, (text, index) -> {
            written[0]++;
            assertEquals(text.text(), heard[index].toString());
        });
        assertEquals(heard.length, written[0]);
        assertNotEquals(heard[0].toString(), heard[1].toString());
    }

    @Test
    void thereHasToBeAPlan() {
        SteeringException e = assertThrows(SteeringException.class, () -> sweep(List.of()));
        assertEquals("A steering plan needs at least one step.", e.getMessage());
    }
}
