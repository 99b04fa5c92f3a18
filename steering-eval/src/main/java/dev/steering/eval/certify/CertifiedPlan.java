package dev.steering.eval.certify;

import dev.steering.apply.Method;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;
import java.util.Locale;

/**
 * A vector with what is done with it: what a certificate speaks of. Where the vector lies does not matter. Immutable.
 *
 * @param method the method's name
 * @param plan what is done, along this one vector
 * @param vector the vector
 */
public record CertifiedPlan(String method, SteeringPlan plan, SteeringVector vector) implements CertifiedUse {
    public CertifiedPlan {
        plan = plan.withoutFiles();
    }

    @Override
    public CertifiedSetting setting() {
        Operation first = plan.steps().get(0).operation();
        Operation.Add add = first instanceof Operation.Add adding ? adding : null;
        return new CertifiedSetting(
                method,
                PlanFile.toJson(plan),
                plan.words(),
                plan.steps().stream()
                        .flatMap(step -> step.layers().stream())
                        .sorted()
                        .distinct()
                        .toList(),
                add == null ? null : (Double) add.alpha(),
                add == null ? null : add.scale().name().toLowerCase(Locale.ROOT));
    }

    @Override
    public Method steered(ChatModel model) {
        return PlannedMethod.of(method, model, plan, PlanVectors.of(vector));
    }

    /** Gates read the vector's own reference all the same. */
    @Override
    public Method random(ChatModel model, long seed) {
        SteeringPlan control = new SteeringPlan(plan.steps().stream()
                .map(step -> step.withVector(step.vector().randomized(seed)))
                .toList());
        return PlannedMethod.of("random-" + seed, model, control, PlanVectors.of(vector));
    }
}
