package dev.steering.apply.plan;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is done to the residual stream while a model reads and writes: any number of steps, each with its own vector, operation,
 * layers, scope and gate. Immutable; equal plans do the same.
 *
 * <p>All steps look at the stream x as it is before any of them acts at a layer and position, and their changes add up:
 *
 * <pre>y  = x + sum_i f_i a_i v_i - sum_j f_j s_j c_j(x) u_j
 * x' = y, or y |x| / |y| where a step that keeps the norm acts</pre>
 *
 * <p>with v the vector of an {@link Operation.Add}, u the unit vector of an {@link Operation.ProjectOut}, c(x) = x . u or, one-sided,
 * max(x . u, 0), and f what the gate says for the prompt: 0, 1 or -1.
 *
 * @param steps what is done, at least one step
 */
public record SteeringPlan(List<Step> steps) {
    /**
     * Copies the list.
     *
     * @throws SteeringException if there is no step
     */
    public SteeringPlan {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new BadRequest("A steering plan needs at least one step.");
        }
    }

    /**
     * @param steps what is done
     * @return the plan
     */
    public static SteeringPlan of(Step... steps) {
        return new SteeringPlan(List.of(steps));
    }

    /** @return the same plan, whatever files its vectors lie in: their fingerprints tell them apart */
    public SteeringPlan withoutFiles() {
        return new SteeringPlan(steps.stream()
                .map(step -> step.withVector(step.vector().withoutFile()).withGate(withoutFile(step.gate())))
                .toList());
    }

    private static Gate withoutFile(Gate gate) {
        return gate instanceof Gate.Condition condition
                ? new Gate.Condition(
                        condition.vector().withoutFile(),
                        condition.layers(),
                        condition.measure(),
                        condition.pooling(),
                        condition.side(),
                        condition.threshold())
                : gate;
    }

    /** @return the gates that decide something about a prompt, in the order of their steps, which is that of the decisions */
    public List<Gate> gates() {
        return steps.stream()
                .map(Step::gate)
                .filter(gate -> !(gate instanceof Gate.Always))
                .toList();
    }

    /** @return what it does, in one sentence a step */
    public String words() {
        return steps.stream().map(Step::words).collect(Collectors.joining("; and "));
    }
}
