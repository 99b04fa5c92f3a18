package dev.steering.apply.planned;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.ReferenceCheckpoint;
import dev.steering.apply.testing.StateReader;
import dev.steering.apply.testing.TestVectors;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.PassSteering;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation at every scope moves the residual stream by exactly what its formula says, and nothing else: not the points before
 * it, not the positions outside its scope, and at later points not the positions before the first that it moves.
 */
class PlanFormulaTest {
    private static final int LAYER = 1;
    private static final int WRITTEN = 5;
    private static final double EXACT = 1e-5;
    private static final double ALPHA = 0.75;
    private static final double SHARE = 0.5;

    private static final List<Operation> OPERATIONS = List.of(
            new Operation.Add(ALPHA, VectorScale.RAW, false),
            new Operation.Add(-ALPHA, VectorScale.UNIT, false),
            new Operation.Add(ALPHA, VectorScale.RAW, true),
            new Operation.ProjectOut(1, false),
            new Operation.ProjectOut(1, true),
            new Operation.ProjectOut(SHARE, false));

    private static final List<Scope> SCOPES = List.of(
            Scope.from(Span.ALL),
            Scope.from(Span.PROMPT),
            Scope.from(Span.LAST_PROMPT_TOKEN_ON),
            Scope.from(Span.GENERATED),
            new Scope(Span.ALL, 3),
            new Scope(Span.PROMPT, 2),
            new Scope(Span.LAST_PROMPT_TOKEN_ON, 4),
            new Scope(Span.GENERATED, 2));

    /** Where the tests run. */
    enum Subject {
        DEMO,
        REFERENCE_CHECKPOINT,
        INSTRUMENTED_EXPORT;

        LanguageModel open(Path directory) throws IOException {
            return switch (this) {
                case DEMO -> DemoModel.open(directory).model();
                case REFERENCE_CHECKPOINT ->
                    ReferenceCheckpoint.open(directory, "llama").model();
                case INSTRUMENTED_EXPORT -> ReferenceCheckpoint.instrumented(directory, "opt-llama");
            };
        }
    }

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void theStreamMovesByTheFormulaAndNowhereElse(Subject subject) throws IOException {
        try (LanguageModel model = subject.open(directory)) {
            SteeringVector vector = TestVectors.random(
                    model.manifest().layers(), model.manifest().hidden(), 0.5, 1);
            List<int[]> prompts = List.of(tokens(model, 9, 1), tokens(model, 6, 2));
            for (List<int[]> batch : List.of(prompts, prompts.subList(0, 1), prompts.subList(1, 2))) {
                for (boolean cached : new boolean[] {false, true}) {
                    Streams streams = new Streams(model, batch, written(model), cached);
                    check(streams, vector);
                }
            }
        }
    }

    private static void check(Streams streams, SteeringVector vector) {
        float[][][][] plain = streams.run(null);
        VectorReference reference = VectorReference.to("", vector);
        for (Operation operation : OPERATIONS) {
            int moved = 0;
            for (Scope scope : SCOPES) {
                Step step = Step.of(reference, operation, List.of(LAYER)).withScope(scope);
                float[][][][] steered = streams.run(planned(streams, SteeringPlan.of(step), vector));
                moved += compare(streams, step, vector, plain, steered);
            }
            assertTrue(moved > 0, operation + " moved nothing");
        }
    }

    /** Returns how many states the step moved. */
    private static int compare(
            Streams streams, Step step, SteeringVector vector, float[][][][] plain, float[][][][] steered) {
        int moved = 0;
        for (int row = 0; row < plain.length; row++) {
            int prompt = streams.prompt(row);
            boolean reached = false;
            for (int s = 0; s < plain[row].length; s++) {
                boolean acts = step.scope().includes(s, prompt);
                reached |= acts;
                String where = step + ", row " + row + ", position " + s + ", point ";
                for (int p = 0; p < plain[row][s].length; p++) {
                    float[] before = plain[row][s][p];
                    float[] after = steered[row][s][p];
                    if (p == LAYER + 1 && acts) {
                        double[] expected = Formula.apply(
                                step.operation(), before, vector.directions().row(LAYER));
                        assertClose(expected, after, where + p);
                        moved++;
                    } else if (p <= LAYER + 1 || !reached) {
                        assertArrayEquals(before, after, where + p);
                    }
                }
            }
        }
        return moved;
    }

    /** Two vectors at their own layers with their own strengths; the second sees what the first has done. */
    @ParameterizedTest
    @EnumSource
    void severalVectorsActAtTheirOwnLayers(Subject subject) throws IOException {
        try (LanguageModel model = subject.open(directory)) {
            int layers = model.manifest().layers();
            SteeringVector one = TestVectors.random(layers, model.manifest().hidden(), 0.5, 1);
            SteeringVector two = TestVectors.random(layers, model.manifest().hidden(), 0.5, 2);
            Step first =
                    Step.of(VectorReference.to("", one), new Operation.Add(ALPHA, VectorScale.RAW, false), List.of(0));
            Step second = Step.of(VectorReference.to("", two), new Operation.ProjectOut(1, true), List.of(LAYER))
                    .withScope(Scope.from(Span.ALL));
            Streams streams = new Streams(model, List.of(tokens(model, 7, 3)), written(model), false);
            float[][][][] plain = streams.run(null);
            float[][][][] alone = streams.run(planned(streams, SteeringPlan.of(first), one));
            float[][][][] both = streams.run(planned(streams, SteeringPlan.of(first, second), one, two));
            for (int s = 0; s < both[0].length; s++) {
                float[] x = plain[0][s][1];
                double[] expected = first.scope().includes(s, 7)
                        ? Formula.apply(first.operation(), x, one.directions().row(0))
                        : Formula.doubles(x);
                assertClose(expected, both[0][s][1], "first, position " + s);
                assertClose(
                        Formula.apply(
                                second.operation(),
                                alone[0][s][LAYER + 1],
                                two.directions().row(LAYER)),
                        both[0][s][LAYER + 1],
                        "second, position " + s);
            }
        }
    }

    /** At one layer changes add up, each computed from the stream as it was; the norm is kept of the sum. */
    @ParameterizedTest
    @EnumSource
    void changesAtOneLayerAddUp(Subject subject) throws IOException {
        try (LanguageModel model = subject.open(directory)) {
            SteeringVector vector = TestVectors.random(
                    model.manifest().layers(), model.manifest().hidden(), 0.5, 4);
            VectorReference reference = VectorReference.to("", vector);
            Step keeping = Step.of(reference, new Operation.Add(ALPHA, VectorScale.RAW, true), List.of(LAYER));
            Step removing = Step.of(reference, new Operation.ProjectOut(SHARE, false), List.of(LAYER));
            Streams streams = new Streams(model, List.of(tokens(model, 7, 5)), written(model), true);
            float[][][][] plain = streams.run(null);
            float[][][][] both = streams.run(planned(streams, SteeringPlan.of(keeping, removing), vector));
            float[] v = vector.directions().row(LAYER);
            for (int s = 6; s < both[0].length; s++) {
                float[] x = plain[0][s][LAYER + 1];
                double[] added = Formula.apply(new Operation.Add(ALPHA, VectorScale.RAW, false), x, v);
                double[] removed = Formula.apply(removing.operation(), x, v);
                double[] sum = new double[x.length];
                for (int i = 0; i < x.length; i++) {
                    sum[i] = added[i] + removed[i] - x[i];
                }
                assertClose(
                        Formula.resized(sum, Formula.norm(Formula.doubles(x))), both[0][s][LAYER + 1], "position " + s);
            }
        }
    }

    private static @Nullable PassSteering planned(Streams streams, SteeringPlan plan, SteeringVector... vectors) {
        PlannedSteering planned = PlannedSteering.of(streams.model().manifest(), plan, PlanVectors.of(vectors));
        float[] ones = new float[plan.steps().size()];
        Arrays.fill(ones, 1f);
        return PassSteering.together(streams.prompts().stream()
                .map(prompt -> planned.steering(prompt, ones))
                .toList());
    }

    private static int[] tokens(LanguageModel model, int length, long seed) {
        return new Random(seed).ints(length, 3, model.manifest().vocabulary()).toArray();
    }

    private static int[] written(LanguageModel model) {
        return tokens(model, WRITTEN, 99);
    }

    /** 1e-5 of the largest number, which is what single precision leaves of a sum in another order. */
    private static void assertClose(double[] expected, float[] found, String where) {
        double size = 1;
        for (double value : expected) {
            size = Math.max(size, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], EXACT * size, where);
        }
    }

    /** The operations once more, in double precision, as the Javadoc of {@link Operation} has them. */
    private static final class Formula {
        static double[] apply(Operation operation, float[] x, float[] v) {
            double norm = norm(doubles(v));
            double dot = 0;
            for (int i = 0; i < x.length; i++) {
                dot += x[i] * (v[i] / norm);
            }
            double factor;
            if (operation instanceof Operation.Add add) {
                factor = add.scale() == VectorScale.UNIT ? add.alpha() / norm : add.alpha();
            } else {
                Operation.ProjectOut out = (Operation.ProjectOut) operation;
                factor = -out.share() * (out.oneSided() ? Math.max(dot, 0) : dot) / norm;
            }
            double[] moved = doubles(x);
            for (int i = 0; i < x.length; i++) {
                moved[i] += factor * v[i];
            }
            boolean keep = operation instanceof Operation.Add add && add.keepNorm();
            return keep ? resized(moved, norm(doubles(x))) : moved;
        }

        static double[] resized(double[] x, double size) {
            double factor = size / norm(x);
            double[] resized = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                resized[i] = x[i] * factor;
            }
            return resized;
        }

        static double norm(double[] x) {
            double squares = 0;
            for (double value : x) {
                squares += value * value;
            }
            return Math.sqrt(squares);
        }

        static double[] doubles(float[] x) {
            double[] copy = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                copy[i] = x[i];
            }
            return copy;
        }
    }

    /** All states of some rows, read in one pass or through a cache, token by token. */
    @SuppressWarnings("ArrayRecordComponent") // read only here
    private record Streams(LanguageModel model, List<int[]> prompts, int[] written, boolean cached) {
        int prompt(int row) {
            return prompts.get(row).length;
        }

        /** {@code [row][position][point][hidden]}. */
        float[][][][] run(@Nullable PassSteering steering) {
            return StateReader.read(model, prompts, written, cached, steering);
        }
    }
}
