package dev.steering.apply.constant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Query;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstantSteeringTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(DemoModel.NEW_TOKENS);
    private static final int LAYER = 3;
    private static final double ALPHA = 3;

    /** The methods, each with its formula. */
    enum Operation {
        ADD,
        SUBTRACT,
        ABLATE;

        dev.steering.apply.plan.Operation inPlan(VectorScale scale, double alpha) {
            return switch (this) {
                case ADD -> new dev.steering.apply.plan.Operation.Add(alpha, scale, false);
                case SUBTRACT -> new dev.steering.apply.plan.Operation.Add(-alpha, scale, false);
                case ABLATE -> new dev.steering.apply.plan.Operation.ProjectOut(1, false);
            };
        }
    }

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

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 32})
    void withoutSteeringAllFortyAnswersAreThoseOfTheReference(int rows) {
        List<Answer> answers = Answering.with(model)
                .withOptions(GREEDY)
                .withBatch(rows)
                .answer(
                        golden.stream()
                                .map(node -> node.path("prompt").asText())
                                .toList(),
                        MethodRegistry.get("default").bind(model, MethodArguments.NONE));
        for (int i = 0; i < 40; i++) {
            assertEquals(
                    golden.get(i).path("unsteered").path("text").asText(),
                    answers.get(i).generation().text());
        }
    }

    /** What each operation writes is what its formula, put into the runtime by hand, writes. */
    @ParameterizedTest
    @EnumSource(Operation.class)
    void anOperationIsItsFormulaFromTheLastPromptTokenOn(Operation operation) {
        List<int[]> prompts = prompts();
        List<Generation> texts = texts(planned(operation, VectorScale.RAW, ALPHA, LAYER));
        Generator generator = new Generator(model, GREEDY.decode());
        assertEquals(generator.generate(prompts, formula(operation, prompts), TokenListener.NONE), texts);
        List<Generation> plain = generator.generate(prompts, null, TokenListener.NONE);
        assertTrue(IntStream.range(0, 10).anyMatch(i -> !plain.get(i).equals(texts.get(i))), "something changed");
    }

    private static Method planned(Operation operation, VectorScale scale, double alpha, int layer) {
        VectorReference reference = VectorReference.to("", DemoModel.vector());
        SteeringPlan plan = SteeringPlan.of(Step.of(reference, operation.inPlan(scale, alpha), List.of(layer)));
        return PlannedMethod.of("constant", model, plan, PlanVectors.of(DemoModel.vector()));
    }

    private static List<Generation> texts(Method method) {
        return Answering.with(model).withOptions(GREEDY).answerQueries(queries(), method, TokenListener.NONE).stream()
                .map(Answer::generation)
                .toList();
    }

    /** The methods by name are those plans. */
    @ParameterizedTest
    @EnumSource(Operation.class)
    void theMethodOfThatNameIsThatPlan(Operation operation) {
        MethodArguments said = MethodArguments.NONE
                .withVector(DemoModel.vector())
                .withStrength(ALPHA, VectorScale.RAW)
                .withLayers(List.of(LAYER));
        Method named =
                MethodRegistry.get(operation.name().toLowerCase(Locale.ROOT)).bind(model, said);
        Method planned = planned(operation, VectorScale.RAW, ALPHA, LAYER);
        assertEquals(planned.json(), named.json());
        assertEquals(texts(planned), texts(named));
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void theResidualStreamMovesByTheFormula(Operation operation) {
        List<int[]> prompts = prompts().subList(0, 1);
        int length = prompts.get(0).length;
        List<List<Capture>> captures =
                List.of(IntStream.range(0, length).mapToObj(Capture::token).toList());
        ForwardRequest request = ForwardRequest.of(prompts).withCaptures(captures);
        ForwardResult plain = model.model().forward(request);
        ForwardResult steered = model.model().forward(request.withSteering(formula(operation, prompts)));
        for (int s = 0; s < length; s++) {
            float[] h = plain.captured(0, LAYER + 1, s);
            float[] expected = s < length - 1 ? h : moved(operation, h);
            assertArrayEquals(expected, steered.captured(0, LAYER + 1, s), 1e-4f);
        }
    }

    private static float[] moved(Operation operation, float[] h) {
        float[] v = DemoModel.vector().directions().row(LAYER);
        double norm = 0;
        double dot = 0;
        for (int i = 0; i < v.length; i++) {
            norm += (double) v[i] * v[i];
            dot += (double) v[i] * h[i];
        }
        double share =
                switch (operation) {
                    case ADD -> ALPHA;
                    case SUBTRACT -> -ALPHA;
                    case ABLATE -> -dot / norm;
                };
        float[] moved = new float[h.length];
        for (int i = 0; i < h.length; i++) {
            moved[i] = (float) (h[i] + share * v[i]);
        }
        return moved;
    }

    private static PassSteering formula(Operation operation, List<int[]> prompts) {
        float strength =
                switch (operation) {
                    case ADD -> (float) ALPHA;
                    case SUBTRACT -> (float) -ALPHA;
                    case ABLATE -> 1;
                };
        List<Schedule> schedules = prompts.stream()
                .map(prompt -> Schedule.from(prompt.length - 1, strength))
                .toList();
        boolean ablate = operation == Operation.ABLATE;
        float[][] points = new float[DemoModel.LAYERS + 1][DemoModel.vector().hidden()];
        points[LAYER + 1] = DemoModel.vector()
                .directions(ablate ? VectorScale.UNIT : VectorScale.RAW)
                .row(LAYER);
        DirectionSet directions = DirectionSet.of(points);
        return ablate
                ? PassSteering.projectingOut(directions, true, schedules)
                : PassSteering.adding(directions, schedules);
    }

    private static List<Query> queries() {
        return IntStream.range(0, 10)
                .mapToObj(i -> Query.of(model, golden.get(4 * i).path("prompt").asText(), null))
                .toList();
    }

    private static List<int[]> prompts() {
        return queries().stream().map(Query::tokens).toList();
    }

    @Test
    void layersOutOfRangeAreRefused() {
        SteeringException e = assertThrows(
                SteeringException.class, () -> planned(Operation.ADD, VectorScale.UNIT, 1, DemoModel.LAYERS));
        assertEquals("Layer 6 is out of range: the model has layers 0 to 5.", e.getMessage());
    }
}
