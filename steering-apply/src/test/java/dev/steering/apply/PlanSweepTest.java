package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.Responder.Reply;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.Prefill;
import dev.steering.model.decode.TokenListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
        return new PlanSweep(model, GREEDY, plans, PlanVectors.of(VECTOR));
    }

    private static void assertAsAlone(List<SteeringPlan> plans, int rows) {
        List<List<Reply>> swept = sweep(plans).replies(queries, rows);
        Set<String> texts = new HashSet<>();
        for (int plan = 0; plan < plans.size(); plan++) {
            PlanSteering alone = new PlanSteering(model, GREEDY, plans.get(plan), PlanVectors.of(VECTOR));
            for (int query = 0; query < queries.size(); query++) {
                Reply expected = alone.reply(List.of(queries.get(query)), TokenListener.NONE)
                        .get(0);
                Reply found = swept.get(plan).get(query);
                assertEquals(expected.generation(), found.generation(), "plan " + plan + ", prompt " + query);
                assertDecision(expected.decision(), found.decision());
                texts.add(query + found.generation().text());
            }
        }
        assertTrue(texts.size() > queries.size(), "plans matter");
    }

    /** Scores are sums over a batch's rows of other widths. */
    private static void assertDecision(@Nullable Decision expected, @Nullable Decision found) {
        if (expected == null) {
            assertNull(found);
            return;
        }
        Decision decision = Objects.requireNonNull(found);
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
    @EnumSource(Span.class)
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
        PlanSweep sweep = sweep(plans);
        List<int[]> prompts = queries.stream().map(Query::tokens).toList();
        List<Set<Integer>> rowsOfPasses = new ArrayList<>();
        int texts = 0;
        try (GatedPrefill prefill =
                new GatedPrefill(model, prompts, sweep.gates(), sweep.planned(), new PlanVariants(plans))) {
            for (Prefill.Read read = prefill.next(4); read != null; read = prefill.next(4)) {
                rowsOfPasses.add(new HashSet<>(read.rows()));
                texts += read.drafts().size();
                assertEquals(
                        rowsOfPasses.get(rowsOfPasses.size() - 1).size(),
                        read.cache().rows());
            }
        }
        assertEquals(List.of(Set.of(0, 1, 2, 3), Set.of(0)), rowsOfPasses);
        assertEquals(8 * prompts.size(), texts);
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
        sweep.replyAll(
                queries,
                3,
                listener,
                (reply, text) -> assertEquals(reply.generation().text(), heard[text].toString()));
        assertNotEquals(heard[0].toString(), heard[1].toString());
    }

    @Test
    void thereHasToBeAPlan() {
        SteeringException e = assertThrows(SteeringException.class, () -> sweep(List.of()));
        assertEquals("A steering plan needs at least one step.", e.getMessage());
    }
}
