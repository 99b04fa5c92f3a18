package dev.steering.apply.plan;

import dev.steering.core.SteeringException;
import java.util.List;

/**
 * One thing that a {@link SteeringPlan} does. Immutable.
 *
 * @param vector along what
 * @param operation what
 * @param layers after which layers, 0-based, ascending
 * @param scope at which positions
 * @param gate for which prompts, and with which sign
 */
public record Step(VectorReference vector, Operation operation, List<Integer> layers, Scope scope, Gate gate) {
    /**
     * Sorts the layers.
     *
     * @throws SteeringException if there are no layers or one is negative
     */
    public Step {
        layers = Layers.checked(layers, "to steer: name some, or anchor the vector's layers first");
    }

    /**
     * @param vector along what
     * @param operation what
     * @param layers after which layers, 0-based
     * @return for every prompt, from the last prompt token on
     */
    public static Step of(VectorReference vector, Operation operation, List<Integer> layers) {
        return new Step(vector, operation, layers, Scope.from(Span.LAST_PROMPT_TOKEN_ON), new Gate.Always());
    }

    /**
     * @param newVector along what
     * @return a copy with it
     */
    public Step withVector(VectorReference newVector) {
        return new Step(newVector, operation, layers, scope, gate);
    }

    /**
     * @param newScope at which positions
     * @return a copy with it
     */
    public Step withScope(Scope newScope) {
        return new Step(vector, operation, layers, newScope, gate);
    }

    /**
     * @param newGate for which prompts
     * @return a copy with it
     */
    public Step withGate(Gate newGate) {
        return new Step(vector, operation, layers, scope, newGate);
    }

    String words() {
        return operation.words(vector.words()) + " after layers " + Layers.text(layers) + " at " + scope.words()
                + gate.words();
    }
}
