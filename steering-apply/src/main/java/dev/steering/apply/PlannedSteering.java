package dev.steering.apply;

import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.runtime.DirectionSet;
import dev.steering.core.runtime.Schedule;
import dev.steering.core.runtime.Steering;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.core.vector.VectorScale;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan in the form that the runtime adds and projects out: one direction per step. Immutable and thread-safe. */
final class PlannedSteering {
    private final List<Step> steps;
    private final int[] added;
    private final int[] projected;
    private final DirectionSet additions;
    private final @Nullable DirectionSet projections;

    private PlannedSteering(
            List<Step> steps,
            int[] added,
            int[] projected,
            DirectionSet additions,
            @Nullable DirectionSet projections) {
        this.steps = steps;
        this.added = added;
        this.projected = projected;
        this.additions = additions;
        this.projections = projections;
    }

    static PlannedSteering of(BundleManifest model, SteeringPlan plan, PlanVectors vectors) {
        List<float[][]> additions = new ArrayList<>();
        List<float[][]> projections = new ArrayList<>();
        List<Integer> added = new ArrayList<>();
        List<Integer> projected = new ArrayList<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            Step step = plan.steps().get(i);
            SteeringVector vector = vector(model, step.vector(), vectors);
            if (step.operation() instanceof Operation.Add add) {
                added.add(i);
                additions.add(Directions.points(vector.directions(add.scale()), step.layers()));
            } else {
                projected.add(i);
                projections.add(Directions.points(vector.directions(VectorScale.UNIT), step.layers()));
            }
        }
        if (additions.isEmpty()) {
            additions.add(new float[model.points()][model.hidden()]);
        }
        return new PlannedSteering(
                plan.steps(),
                added.stream().mapToInt(Integer::intValue).toArray(),
                projected.stream().mapToInt(Integer::intValue).toArray(),
                DirectionSet.of(additions.toArray(float[][][]::new)),
                projections.isEmpty() ? null : DirectionSet.of(projections.toArray(float[][][]::new)));
    }

    /** A vector that a plan names, of the model's size. */
    static SteeringVector vector(BundleManifest model, VectorReference reference, PlanVectors vectors) {
        SteeringVector vector = vectors.get(reference);
        TargetModel.of(model).requireFits(vector, ModelCheck.ANY_MODEL);
        Long seed = reference.randomSeed();
        return seed == null ? vector : RandomDirections.like(vector, seed);
    }

    /** Whether nothing acts before a prompt's last token. */
    boolean sparesPrompts() {
        return steps.stream()
                .map(step -> step.scope().span())
                .allMatch(span -> span == Span.LAST_PROMPT_TOKEN_ON || span == Span.GENERATED);
    }

    /** @param factors what the gates say, {@code [rows][steps]} */
    Steering steering(List<int[]> prompts, float[][] factors) {
        List<Schedule> adding = new ArrayList<>();
        List<Schedule> removing = new ArrayList<>();
        List<Schedule> keeping = new ArrayList<>();
        for (int row = 0; row < prompts.size(); row++) {
            int length = prompts.get(row).length;
            adding.add(schedule(added, factors[row], length));
            removing.add(schedule(projected, factors[row], length));
            keeping.add(keeping(factors[row], length));
        }
        Steering steering = Steering.adding(additions, adding);
        if (projections != null) {
            List<Boolean> oneSided = new ArrayList<>();
            for (int i : projected) {
                oneSided.add(((Operation.ProjectOut) steps.get(i).operation()).oneSided());
            }
            steering = steering.withProjection(new Steering.Projecting(projections, oneSided, removing));
        }
        return steps.stream().anyMatch(PlannedSteering::keepsNorm) ? steering.withKeptNorms(keeping) : steering;
    }

    private Schedule schedule(int[] chosen, float[] factors, int promptTokens) {
        return (position, direction) -> {
            if (direction >= chosen.length) {
                return 0f;
            }
            Step step = steps.get(chosen[direction]);
            return step.scope().includes(position, promptTokens)
                    ? factors[chosen[direction]] * amount(step.operation())
                    : 0f;
        };
    }

    private static float amount(Operation operation) {
        return operation instanceof Operation.Add add
                ? (float) add.alpha()
                : (float) ((Operation.ProjectOut) operation).share();
    }

    /** 1 at the points and positions where a step acts that keeps the norm. */
    private Schedule keeping(float[] factors, int promptTokens) {
        return (position, point) -> {
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                if (keepsNorm(step)
                        && factors[i] != 0
                        && step.layers().contains(point - 1)
                        && step.scope().includes(position, promptTokens)) {
                    return 1f;
                }
            }
            return 0f;
        };
    }

    private static boolean keepsNorm(Step step) {
        return step.operation() instanceof Operation.Add add && add.keepNorm();
    }
}
