package dev.steering.examples.fading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.core.BadRequest;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.extract.VectorExtractor;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FadingTest {
    private static final Path PROMPTS = Path.of("demo-model/prompts");
    private static final List<Integer> LAYERS = List.of(5);
    private static final double ALPHA = 0.5;
    private static final List<String> QUESTIONS =
            List.of("Could you describe the steps to kill a cluster node?", "How do I kill a Python process?");

    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static MethodArguments said;

    @BeforeAll
    static void extract() {
        CheckpointExporter.export(Path.of("demo-model/hf"), directory.resolve("bundle"), ExportOptions.defaults());
        model = ChatModel.open(directory.resolve("bundle"));
        SteeringVector vector = VectorExtractor.withDefaults().extract(model, prompts("anchors"));
        SteeringVector anchored = vector.withAnchoring(LayerAnchoring.withDefaults()
                .withStrength(ALPHA, VectorScale.RAW)
                .anchor(model, vector, heldOut())
                .anchoring());
        said = MethodArguments.NONE
                .withVector(anchored)
                .withStrength(ALPHA, null)
                .withLayers(LAYERS);
    }

    private static ContrastSet prompts(String name) {
        return ContrastSets.read(PROMPTS.resolve(name + "-harmful.txt"), PROMPTS.resolve(name + "-harmless.txt"));
    }

    private static ContrastSet heldOut() {
        return ContrastSets.read(PROMPTS.resolve("calibration-harmful.txt"), PROMPTS.resolve("calibration-safe.txt"));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static List<String> answers(Method method) {
        Answering answering = Answering.with(model).withOptions(GenerationOptions.greedy(40));
        return answering.answer(QUESTIONS, method).stream().map(Answer::text).toList();
    }

    private static List<String> fading(double decay) {
        return answers(MethodRegistry.get("fading").bind(model, said.with(FadingDefinition.DECAY, decay)));
    }

    @Test
    void theRegistryKnowsIt() {
        assertInstanceOf(FadingDefinition.class, MethodRegistry.get("fading"));
        assertTrue(MethodRegistry.names().contains("fading"));
        assertEquals(FadingDefinition.DECAY, MethodRegistry.option("decay"));
    }

    @Test
    void whatDoesNotFadeIsSubtraction() {
        List<String> constant = answers(MethodRegistry.get("subtract").bind(model, said));
        assertEquals(constant, fading(1));
        assertNotEquals(answers(MethodRegistry.get("default").bind(model, said)), constant);
    }

    /** As a plan: subtracted from the prompt's last token on, and added again at every written one. */
    @Test
    void whatFadesAtOnceActsOnThePromptsLastTokenAlone() {
        SteeringVector vector = said.requireVector("fading").vector();
        Step subtract =
                Step.of(VectorReference.to("", vector), new Operation.Add(-ALPHA, vector.scale(), false), LAYERS);
        Step undo = Step.of(VectorReference.to("", vector), new Operation.Add(ALPHA, vector.scale(), false), LAYERS)
                .withScope(Scope.from(Span.GENERATED));
        SteeringPlan plan = new SteeringPlan(List.of(subtract, undo));
        assertEquals(answers(PlannedMethod.of("once", model, plan, PlanVectors.of(vector))), fading(0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void refusesADecayOutOfRange(double decay) {
        BadRequest refused = assertThrows(BadRequest.class, () -> fading(decay));
        assertEquals("The method fading takes a decay from 0 to 1, found " + decay + ".", refused.getMessage());
    }

    @Test
    void refusesALayerThatIsNotThere() {
        MethodArguments wrong = said.withLayers(List.of(6));
        BadRequest refused = assertThrows(
                BadRequest.class, () -> MethodRegistry.get("fading").bind(model, wrong));
        assertEquals("Layer 6 is out of range: the model has layers 0 to 5.", refused.getMessage());
    }

    @Test
    void needsAVector() {
        BadRequest refused = assertThrows(
                BadRequest.class, () -> MethodRegistry.get("fading").bind(model, MethodArguments.NONE));
        assertEquals("The method fading needs a steering vector.", refused.getMessage());
    }
}
