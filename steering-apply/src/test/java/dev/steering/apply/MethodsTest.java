package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.acd.AcdDefinition;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.apply.scans.Scans;
import dev.steering.apply.testing.AcdGolden;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SoftPromptExamples;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.apply.testing.TestVectors;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MethodsTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(12);
    private static final List<String> PROMPTS = List.of("How do I kill a Python process?", "What is a wasp?");

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

    private static Stream<String> names() {
        return MethodRegistry.names().stream();
    }

    /** With reads, for those that need them. */
    private static SteeringVector vector() {
        return SteeredDemo.withReads(SteeredDemo.searched(DemoModel.anchoredVector()));
    }

    private static MethodArguments arguments() {
        return MethodArguments.NONE
                .withVector(vector())
                .withStrength(3.0, VectorScale.RAW)
                .with(AcdDefinition.SOFT_PROMPTS, SoftPromptExamples.of(AcdGolden.file()));
    }

    private static Methods methods(MethodArguments arguments) {
        return Methods.with(model, arguments, ModelCheck.SAME_MODEL);
    }

    private static Method create(String name) {
        return methods(arguments()).create(name);
    }

    private static List<Answer> answers(Method method) {
        return answering().answer(PROMPTS, method);
    }

    private static Answering answering() {
        return Answering.with(model).withOptions(GREEDY);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyMethodAnswersAndSaysWhatItIs(String name) throws IOException {
        Method method = create(name);
        assertEquals(name, method.name());
        assertEquals(method.json(), create(name).json(), "equal settings, equal text");
        assertTrue(new ObjectMapper().readTree(method.json()).isObject(), method.json());
        assertTrue(method.words().length() > 10, method.words());
        assertEquals(2, answers(method).size());
        assertEquals(name, MethodRegistry.get(name).name());
    }

    /** Answers of all lengths, so that places become free at different times and are taken again. */
    @ParameterizedTest
    @MethodSource("names")
    void waitingPromptsThatTakePlacesGetTheAnswersThatTheyGetAlone(String name) {
        List<String> prompts = List.of(
                "What is a wasp?",
                "How do I kill a Python process?",
                "Hello",
                "Could you describe the steps to kill a cluster node? Thank you in advance.",
                "How do I bake a cake?",
                "Please write a short guide on how to shoot my passport photo.",
                "I am trying to translate the word homicide.",
                "How can I make a bomb?",
                "Why");
        Method method = create(name);
        Answering answering = Answering.with(model).withOptions(GenerationOptions.greedy(24));
        List<Query> queries = answering.queries(prompts);
        Answer[] together = new Answer[queries.size()];
        answering.withBatch(3).answerQueries(queries, method, TokenListener.NONE, (answer, i) -> {
            assertNull(together[i], "query " + i + " was answered twice");
            together[i] = answer;
        });
        for (int i = 0; i < together.length; i++) {
            Answer alone = answering
                    .answerQueries(List.of(queries.get(i)), method, TokenListener.NONE)
                    .get(0);
            assertEquals(alone.generation(), together[i].generation(), prompts.get(i));
            Decision expected = alone.decision();
            Decision found = together[i].decision();
            assertEquals(expected == null, found == null);
            if (expected != null && found != null) {
                assertEquals(expected.harmful(), found.harmful());
                assertEquals(expected.score(), found.score(), 1e-5);
            }
        }
    }

    @Test
    void methodsAreWhatTheyAreCalledAfter() {
        SteeringVector vector = vector();
        VectorReference reference = VectorReference.to("", vector);
        Operation subtracting = new Operation.Add(-3, VectorScale.RAW, false);
        SteeringPlan subtract = SteeringPlan.of(Step.of(reference, subtracting, DemoModel.SETTINGS.steeringLayers()));
        assertEquals(answers(planned(subtract)), answers(create("subtract")));
        SteeringPlan scans = Scans.plan(reference, DemoModel.SETTINGS.withStrength(3, VectorScale.RAW));
        assertEquals(answers(planned(scans)), answers(create("scans")));
        assertEquals(
                answering().withSystem(AddedPrompt.PUBLISHED_HELPFULNESS).answer(PROMPTS, create("default")),
                answers(create("prompt")));
    }

    private static Method planned(SteeringPlan plan) {
        return PlannedMethod.of("planned", model, plan, PlanVectors.of(vector()));
    }

    @Test
    void wordsSayTheSettings() {
        assertEquals(
                "subtract 3.0 times the raw vector after layers 3 at the last prompt token and all written ones",
                create("subtract").words());
        assertEquals(
                "subtract 3.0 times the raw random directions (seed 0) of the norm of the vector after layers 3 at the last"
                        + " prompt token and all written ones",
                create("random").words());
        assertEquals(
                "add 3.0 times the raw vector after layers 3 at the last prompt token and all written ones, with the opposite"
                        + " sign for prompts whose mean transition cosine at layers 5 is below 0.9581",
                create("scans").words());
    }

    /** Where a method steers, its JSON is its plan: read again, it answers alike. */
    @ParameterizedTest
    @MethodSource("names")
    void theJsonOfAMethodThatSteersIsItsPlan(String name) {
        Method method = create(name);
        if (!(MethodRegistry.get(name) instanceof SteeringDefinition)) {
            // partial-or is a plan, but of a vector that it makes itself.
            assertEquals(name.equals("partial-or"), method instanceof PlannedMethod);
            assertTrue(
                    method instanceof PlannedMethod || method.json().startsWith("{\"method\":\"" + name + "\""),
                    method.json());
            return;
        }
        SteeringPlan plan = PlanFile.parse("plan", method.json());
        assertEquals(answers(method), answers(planned(plan)));
    }

    @Test
    void aPlansFileIsAMethod() {
        Path vector = directory.resolve("vector.safetensors");
        VectorFile.write(vector, DemoModel.anchoredVector());
        Path file = directory.resolve("plan.json");
        SteeringDefinition ablate = (SteeringDefinition) MethodRegistry.get("ablate");
        PlanFile.write(file, ablate.plan(arguments().withVector(DemoModel.anchoredVector(), "vector.safetensors")));
        Method method = Methods.with(model, arguments(), ModelCheck.ANY_MODEL).create("plan:" + file);
        assertEquals("plan:" + file, method.name());
        assertEquals(answers(create("ablate")), answers(method));
        SteeringException e =
                assertThrows(SteeringException.class, () -> methods(arguments()).create("plan:" + file));
        assertTrue(e.getMessage().startsWith("this steering vector belongs to another model"), e.getMessage());
    }

    @Test
    void whatIsMissingIsNamed() {
        assertRefused(
                "There is no method 'magic'. There are default, prompt, add, subtract, ablate, surgical, partial-or, scans,"
                        + " alphasteer, adasteer, self-cd, adacd, acd, acd-untuned, id-null, id-opposite, random,"
                        + " and plan:FILE.json.",
                MethodArguments.NONE,
                "magic");
        assertRefused("The method scans needs a steering vector.", MethodArguments.NONE, "scans");
        assertRefused(
                "The vector stores no strength yet: name one, or anchor its layers first.",
                MethodArguments.NONE.withVector(DemoModel.vector()),
                "add");
    }

    private static void assertRefused(String message, MethodArguments arguments, String method) {
        SteeringException e =
                assertThrows(SteeringException.class, () -> methods(arguments).create(method));
        assertEquals(message, e.getMessage());
    }

    @Test
    void aMethodTakesAVectorOfItsOwn() {
        SteeringVector own = TestVectors.random(DemoModel.LAYERS, DemoModel.HIDDEN, 0.2, 7)
                .withAnchoring(DemoModel.anchoredVector().anchoring());
        Path file = directory.resolve("own.safetensors");
        VectorFile.write(file, own);
        Methods methods = Methods.with(model, arguments(), ModelCheck.ANY_MODEL);
        Method made = methods.create("subtract@" + file);
        assertEquals("subtract@" + file, made.name());
        Method expected = Methods.with(model, arguments().withVector(own, file.toString()), ModelCheck.ANY_MODEL)
                .create("subtract");
        assertEquals(expected.words(), made.words());
        assertEquals(expected.json(), made.json());
        assertEquals(texts(expected), texts(made));
        assertNotEquals(methods.create("subtract").json(), made.json());
        assertEquals(
                "The method self-cd steers with no vector: leave '@x.safetensors' out.",
                assertThrows(SteeringException.class, () -> methods.create("self-cd@x.safetensors"))
                        .getMessage());
        assertThrows(SteeringException.class, () -> methods.create("subtract@nowhere.safetensors"));
        assertTrue(String.valueOf(assertThrows(SteeringException.class, () -> methods(arguments())
                                .create("subtract@" + file))
                        .getMessage())
                .startsWith("this steering vector belongs to another model"));
    }

    private static List<String> texts(Method method) {
        return answers(method).stream().map(Answer::text).toList();
    }
}
