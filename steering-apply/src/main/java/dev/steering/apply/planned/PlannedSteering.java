package dev.steering.apply.planned;

import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.BadRequest;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.model.pass.SteeringRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A plan in the form that the runtime adds and projects out: steps along the same direction share it. Immutable and thread-safe. */
final class PlannedSteering {
    private final List<Step> steps;
    private final List<List<Integer>> added;
    private final List<List<Integer>> projected;
    private final DirectionSet additions;
    private final @Nullable DirectionSet projections;

    private PlannedSteering(
            List<Step> steps,
            List<List<Integer>> added,
            List<List<Integer>> projected,
            DirectionSet additions,
            @Nullable DirectionSet projections) {
        this.steps = steps;
        this.added = added;
        this.projected = projected;
        this.additions = additions;
        this.projections = projections;
    }

    /** What steps have in common that differ in strength, scope and gate only. */
    private record Along(
            VectorReference vector, List<Integer> layers, boolean adds, VectorScale scale, boolean oneSided) {
        static Along of(Step step) {
            return step.operation() instanceof Operation.Add add
                    ? new Along(step.vector(), step.layers(), true, add.scale(), false)
                    : new Along(
                            step.vector(),
                            step.layers(),
                            false,
                            VectorScale.UNIT,
                            ((Operation.ProjectOut) step.operation()).oneSided());
        }
    }

    static PlannedSteering of(BundleManifest model, SteeringPlan plan, PlanVectors vectors) {
        Map<Along, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            groups.computeIfAbsent(Along.of(plan.steps().get(i)), along -> new ArrayList<>())
                    .add(i);
        }
        List<float[][]> additions = new ArrayList<>();
        List<float[][]> projections = new ArrayList<>();
        List<List<Integer>> added = new ArrayList<>();
        List<List<Integer>> projected = new ArrayList<>();
        groups.forEach((along, group) -> {
            SteeringVector vector = vector(model, along.vector(), vectors);
            requireDirections(vector, along.layers());
            (along.adds() ? added : projected).add(group);
            (along.adds() ? additions : projections)
                    .add(Directions.points(vector.directions(along.scale()), along.layers()));
        });
        if (additions.isEmpty()) {
            additions.add(new float[model.points()][model.hidden()]);
        }
        DirectionSet adding = DirectionSet.of(additions.toArray(float[][][]::new));
        DirectionSet removing = projections.isEmpty() ? null : DirectionSet.of(projections.toArray(float[][][]::new));
        requireInRange(plan.steps(), added, adding, SteeringRange::require);
        requireInRange(plan.steps(), projected, removing, SteeringRange::requireEach);
        return new PlannedSteering(plan.steps(), added, projected, adding, removing);
    }

    /** Refuses what no pass could add; steps that only together are too much are refused when they meet. */
    private static void requireInRange(
            List<Step> steps,
            List<List<Integer>> groups,
            @Nullable DirectionSet directions,
            BiConsumer<DirectionSet, float[]> range) {
        if (directions == null) {
            return;
        }
        float[] most = new float[groups.size()];
        for (int k = 0; k < most.length; k++) {
            for (int i : groups.get(k)) {
                most[k] = Math.max(most[k], Math.abs(amount(steps.get(i).operation())));
            }
        }
        range.accept(directions, most);
    }

    /** A layer without a direction would be steered by nothing, without a word. */
    private static void requireDirections(SteeringVector vector, List<Integer> layers) {
        VectorOrigin origin = vector.origin();
        if (origin == null) {
            return;
        }
        Integer without = origin.without(layers);
        if (without != null && without < vector.layers()) {
            throw new BadRequest("The vector has no direction for layer " + without + ", only for layers "
                    + VectorOrigin.words(origin.layers()) + ": name layers of these.");
        }
    }

    /** A vector that a plan names, of the model's size. */
    static SteeringVector vector(BundleManifest model, VectorReference reference, PlanVectors vectors) {
        SteeringVector vector = vectors.get(reference).fitted(model.layers());
        TargetModel.of(model).requireFits(vector, ModelCheck.ANY_MODEL);
        Long seed = reference.randomSeed();
        return seed == null ? vector : RandomDirections.like(vector, seed);
    }

    /** Whether nothing acts before a prompt's last token. */
    boolean sparesPrompts() {
        return steps.stream()
                .map(step -> step.scope().span())
                .allMatch(span -> span != Span.ALL && span != Span.PROMPT);
    }

    /** @param factors what multiplies the change of each step for the row with that prompt */
    PassSteering steering(int[] prompt, float[] factors) {
        PassSteering steering = PassSteering.adding(additions, List.of(schedule(added, factors, prompt.length)));
        if (projections != null) {
            List<Boolean> oneSided = new ArrayList<>();
            for (List<Integer> group : projected) {
                oneSided.add(Along.of(steps.get(group.get(0))).oneSided());
            }
            List<Schedule> removing = List.of(schedule(projected, factors, prompt.length));
            steering = steering.withProjection(new PassSteering.Projecting(projections, oneSided, removing));
        }
        return steps.stream().anyMatch(PlannedSteering::keepsNorm)
                ? steering.withKeptNorms(List.of(keeping(factors, prompt.length)))
                : steering;
    }

    /** The strengths of a row's steps, summed over those along the same direction; a factor of -1 is SCANS's sign (Eq. 6). */
    private Schedule schedule(List<List<Integer>> groups, float[] factors, int promptTokens) {
        int[][] acting = groups.stream()
                .map(group -> group.stream()
                        .filter(i -> factors[i] != 0)
                        .mapToInt(Integer::intValue)
                        .toArray())
                .toArray(int[][]::new);
        return schedule(
                steps.stream().anyMatch(step -> step.scope().span().dependsOnThinking()),
                thinking -> (position, direction) -> sum(acting, factors, position, direction, promptTokens, thinking));
    }

    private float sum(
            int[][] acting, float[] factors, int position, int direction, int promptTokens, IntPredicate thinking) {
        float sum = 0;
        if (direction < acting.length) {
            for (int i : acting[direction]) {
                Step step = steps.get(i);
                if (step.scope().includes(position, promptTokens, thinking)) {
                    sum += factors[i] * amount(step.operation());
                }
            }
        }
        return sum;
    }

    /** A schedule of which a copy can be made for a text that thinks, where anything depends on that. */
    private static Schedule schedule(boolean follows, Function<IntPredicate, Schedule> of) {
        Schedule silent = of.apply(position -> false);
        if (!follows) {
            return silent;
        }
        return new Schedule() {
            @Override
            public float strength(int position, int direction) {
                return silent.strength(position, direction);
            }

            @Override
            public Schedule following(IntPredicate thinking) {
                return of.apply(thinking);
            }
        };
    }

    private static float amount(Operation operation) {
        return operation instanceof Operation.Add add
                ? (float) add.alpha()
                : (float) ((Operation.ProjectOut) operation).share();
    }

    /** 1 at the points and positions where a step acts that keeps the norm. */
    private Schedule keeping(float[] factors, int promptTokens) {
        return schedule(
                steps.stream().anyMatch(step -> step.scope().span().dependsOnThinking()),
                thinking -> (position, point) -> keeps(factors, position, point, promptTokens, thinking) ? 1f : 0f);
    }

    private boolean keeps(float[] factors, int position, int point, int promptTokens, IntPredicate thinking) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (keepsNorm(step)
                    && factors[i] != 0
                    && step.layers().contains(point - 1)
                    && step.scope().includes(position, promptTokens, thinking)) {
                return true;
            }
        }
        return false;
    }

    private static boolean keepsNorm(Step step) {
        return step.operation() instanceof Operation.Add add && add.keepNorm();
    }
}
