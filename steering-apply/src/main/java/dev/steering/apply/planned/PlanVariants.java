package dev.steering.apply.planned;

import dev.steering.apply.Decision;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import java.util.ArrayList;
import java.util.List;

/** Plans that are followed side by side: the steps of all of them, and which are whose. Immutable and thread-safe. */
final class PlanVariants {
    private final SteeringPlan together;
    private final int[] firsts;

    /** @param plans at least one */
    PlanVariants(List<SteeringPlan> plans) {
        List<Step> steps = new ArrayList<>();
        this.firsts = new int[plans.size() + 1];
        for (int variant = 0; variant < plans.size(); variant++) {
            steps.addAll(plans.get(variant).steps());
            firsts[variant + 1] = steps.size();
        }
        this.together = new SteeringPlan(steps);
    }

    /** Number of plans. */
    int count() {
        return firsts.length - 1;
    }

    /** All steps of all plans. */
    SteeringPlan together() {
        return together;
    }

    /**
     * @param factors what multiplies the change of each of all steps
     * @return the same for a row that follows one of the plans only
     */
    float[] factors(int variant, float[] factors) {
        float[] own = new float[factors.length];
        System.arraycopy(factors, firsts[variant], own, firsts[variant], firsts[variant + 1] - firsts[variant]);
        return own;
    }

    /**
     * @param decisions of all gated steps of all plans
     * @return those of one of the plans
     */
    List<Decision> decisions(int variant, List<Decision> decisions) {
        List<Decision> own = new ArrayList<>();
        int gated = 0;
        for (int i = 0; i < firsts[variant + 1]; i++) {
            if (together.steps().get(i).gate() instanceof Gate.Always) {
                continue;
            }
            if (i >= firsts[variant]) {
                own.add(decisions.get(gated));
            }
            gated++;
        }
        return own;
    }
}
