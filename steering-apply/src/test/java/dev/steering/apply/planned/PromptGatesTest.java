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
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.scans.Scans;
import dev.steering.apply.scans.ScansSettings;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.StateReader;
import dev.steering.apply.testing.TestVectors;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PromptGatesTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(12);
    private static final List<String> PROMPTS = List.of(
            "How do I kill a Python process?", "What is a wasp?", "How do I bake bread?", "How do I shoot a photo?");
    private static final SteeringVector VECTOR = DemoModel.vector();
    private static final VectorReference REFERENCE = VectorReference.to("", VECTOR);
    private static final Step STEP = Step.of(
            REFERENCE,
            new Operation.Add(3, VectorScale.RAW, false),
            List.of(DemoModel.SETTINGS.steeringLayers().get(0)));

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

    private static Method steering(Step... steps) {
        return PlannedMethod.of("plan", model, SteeringPlan.of(steps), PlanVectors.of(VECTOR));
    }

    /** Without answering. */
    private static List<List<Decision>> decide(Step... steps) {
        return GateReader.decide(model, SteeringPlan.of(steps), PlanVectors.of(VECTOR), encoded());
    }

    private static List<Answer> answers(Method method) {
        return Answering.with(model).withOptions(GREEDY).answer(PROMPTS, method);
    }

    /** By numpy: h = [1, -2, 3, 0.5], c = [0.2, 0.1, -0.4, 1]; h @ c / |h| / |c| and so on, tanh(c * (h @ c) / (c @ c)). */
    @ParameterizedTest
    @CsvSource({"COSINE, -0.1685768493", "CAST, 0.1914735700", "PROJECTION, -0.6363636510"})
    void similaritiesAreThoseOfNumpy(Gate.Measure measure, double expected) {
        float[] h = {1, -2, 3, 0.5f};
        float[] c = {0.2f, 0.1f, -0.4f, 1};
        assertEquals(expected, Similarity.of(measure, h, c), 1e-7);
        assertEquals(0, Similarity.of(measure, h, new float[4]));
        assertEquals(0, Similarity.of(measure, new float[4], c));
    }

    /** Rows for which a condition holds are answered as without it, the others as by the model itself; with and without the cache. */
    @ParameterizedTest
    @EnumSource(value = Span.class, mode = EnumSource.Mode.EXCLUDE, names = "THINKING") // this model thinks nothing
    void aConditionIsDecidedForEveryPromptOnItsOwn(Span span) {
        Step step = STEP.withScope(Scope.from(span));
        Gate.Condition everywhere = condition(Gate.Side.ABOVE, -2, 4);
        List<Decision> values = decide(step.withGate(everywhere)).stream()
                .map(ofRow -> ofRow.get(0))
                .toList();
        assertTrue(values.stream().allMatch(Decision::harmful), "every cosine is above -2");
        double middle = values.stream()
                .mapToDouble(Decision::score)
                .sorted()
                .skip(2)
                .findFirst()
                .orElseThrow();
        List<Answer> plain = answers(MethodRegistry.get("default").bind(model, MethodArguments.NONE));
        List<Answer> steered = answers(steering(step));
        for (Gate.Side side : Gate.Side.values()) {
            List<Answer> gated = answers(steering(step.withGate(condition(side, middle, 4))));
            int held = 0;
            for (int i = 0; i < PROMPTS.size(); i++) {
                boolean holds = (values.get(i).score() >= middle) == (side == Gate.Side.ABOVE);
                held += holds ? 1 : 0;
                assertEquals(
                        new Decision(values.get(i).score(), holds), gated.get(i).decision());
                assertEquals(
                        (holds ? steered : plain).get(i).generation(),
                        gated.get(i).generation());
            }
            assertEquals(2, held, "the middle parts four prompts");
        }
        assertNotEquals(texts(plain), texts(steered));
    }

    private static List<String> texts(List<Answer> answers) {
        return answers.stream().map(Answer::text).toList();
    }

    private static List<int[]> encoded() {
        return PROMPTS.stream().map(model::encode).toList();
    }

    private static Gate.Condition condition(Gate.Side side, double threshold, Integer... layers) {
        return new Gate.Condition(REFERENCE, List.of(layers), Gate.Measure.COSINE, Gate.Pooling.LAST, side, threshold);
    }

    /** What a condition looks at is the state after its layers, averaged or at the last token, of the unsteered model. */
    @ParameterizedTest
    @EnumSource(Gate.Pooling.class)
    void aConditionLooksAtThePromptsState(Gate.Pooling pooling) {
        Gate.Condition condition =
                new Gate.Condition(REFERENCE, List.of(1, 4), Gate.Measure.PROJECTION, pooling, Gate.Side.ABOVE, 0);
        List<int[]> prompts = encoded();
        List<List<Decision>> decisions = decide(STEP.withGate(condition));
        float[][][][] states = StateReader.read(model.model(), prompts, new int[0], false, null);
        for (int row = 0; row < prompts.size(); row++) {
            double expected = Double.NEGATIVE_INFINITY;
            for (int layer : condition.layers()) {
                int length = states[row].length;
                float[] c = VECTOR.directions().row(layer);
                double sum = 0;
                for (int s = pooling == Gate.Pooling.MEAN ? 0 : length - 1; s < length; s++) {
                    sum += Similarity.of(Gate.Measure.PROJECTION, states[row][s][layer + 1], c);
                }
                expected = Math.max(expected, pooling == Gate.Pooling.MEAN ? sum / length : sum);
            }
            assertEquals(expected, decisions.get(row).get(0).score(), 1e-4);
        }
    }

    @Test
    void everyStepHasItsOwnGate() {
        Step subtracting = Step.of(REFERENCE, new Operation.Add(-3, VectorScale.RAW, false), List.of(3));
        Step[] both = {
            STEP.withGate(condition(Gate.Side.ABOVE, 2, 4)),
            subtracting.withGate(new Gate.TransitionSign(List.of(5), 0.9581, Gate.Rule.MEAN))
        };
        SteeringPlan scans =
                Scans.plan(REFERENCE, new ScansSettings(List.of(3), List.of(5), -3, VectorScale.RAW, 0.9581));
        Method alone = PlannedMethod.of("scans", model, scans, PlanVectors.of(VECTOR));
        assertEquals(texts(answers(alone)), texts(answers(steering(both))));
        assertEquals(2, decide(both).get(0).size());
    }

    /** The score stays the mean; a single layer below the threshold makes the prompt harmless. */
    @Test
    void theRuleOfEveryLayerIsStricterThanTheMean() {
        List<Integer> layers = List.of(0, 5);
        double low = -1;
        List<Decision> mean = transition(layers, low, Gate.Rule.MEAN);
        assertEquals(mean, transition(layers, low, Gate.Rule.EVERY));
        double between = mean.get(0).score();
        assertTrue(transition(layers, between, Gate.Rule.MEAN).get(0).harmful());
        assertTrue(!transition(layers, between, Gate.Rule.EVERY).get(0).harmful());
    }

    private static List<Decision> transition(List<Integer> layers, double threshold, Gate.Rule rule) {
        return decide(STEP.withGate(new Gate.TransitionSign(layers, threshold, rule))).stream()
                .map(ofRow -> ofRow.get(0))
                .toList();
    }

    @Test
    void aPlansVectorMustBeTheOneItWasMadeWith() {
        Path file = directory.resolve("plan.json");
        VectorFile.write(directory.resolve("one.safetensors"), VECTOR);
        VectorFile.write(directory.resolve("other.safetensors"), TestVectors.random(6, 128, 1, 1));
        SteeringPlan right =
                SteeringPlan.of(Step.of(VectorReference.to("one.safetensors", VECTOR), STEP.operation(), List.of(3)));
        PlanFile.write(file, right);
        assertEquals(
                texts(answers(steering(Step.of(REFERENCE, STEP.operation(), List.of(3))))),
                texts(answers(PlannedMethod.of("plan", model, PlanFile.read(file), PlanVectors.load(right, file)))));
        SteeringPlan wrong =
                SteeringPlan.of(Step.of(VectorReference.to("other.safetensors", VECTOR), STEP.operation(), List.of(3)));
        SteeringException e = assertThrows(SteeringException.class, () -> PlanVectors.load(wrong, file));
        assertTrue(e.getMessage().contains("is not the vector that the plan was made with"), e.getMessage());
        SteeringException nowhere =
                assertThrows(SteeringException.class, () -> PlanVectors.load(SteeringPlan.of(STEP), file));
        assertTrue(
                nowhere.getMessage().startsWith("The plan " + file + " names a vector that was in no file"),
                nowhere.getMessage());
    }

    @Test
    void whatTheModelDoesNotHaveIsRefused() {
        SteeringException e =
                assertThrows(SteeringException.class, () -> steering(STEP.withGate(condition(Gate.Side.ABOVE, 0, 6))));
        assertEquals("Layer 6 is out of range: the model has layers 0 to 5.", e.getMessage());
        SteeringVector narrow = TestVectors.random(6, 64, 1, 1);
        SteeringPlan plan = SteeringPlan.of(Step.of(VectorReference.to("", narrow), STEP.operation(), List.of(3)));
        SteeringException size = assertThrows(
                SteeringException.class, () -> PlannedMethod.of("plan", model, plan, PlanVectors.of(narrow)));
        assertTrue(size.getMessage().startsWith("this steering vector does not fit the model"), size.getMessage());
    }
}
