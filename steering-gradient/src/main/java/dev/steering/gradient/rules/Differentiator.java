package dev.steering.gradient.rules;

import dev.steering.gradient.tape.Node;
import dev.steering.gradient.tape.Tape;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation of a graph (see Griewank and Walther, "Evaluating Derivatives", 2nd ed. 2008, chapter 3).
 *
 * <p>Given weights w of some results y, the gradient of {@code sum(w * y)} is propagated from the results backwards, operator by
 * operator, by the {@link GradientRules}. Only operators between the values that are differentiated by and the results are
 * touched: weights of the model are constants, no gradient of theirs is ever computed.
 */
public final class Differentiator {
    private final Tape tape;
    private final List<Node> forward;
    private final Set<String> path;

    private Differentiator(Tape tape, String by) {
        this.tape = tape;
        this.forward = List.copyOf(tape.nodes());
        this.path = new HashSet<>(List.of(by));
        for (Node node : forward) {
            if (node.inputs().stream().anyMatch(path::contains)) {
                path.add(node.output());
            }
        }
    }

    /**
     * Appends the gradient to the graph.
     *
     * @param tape the graph
     * @param weights names of the weights, by name of the result that they belong to; of the same shapes
     * @param by value to differentiate by
     * @return name of the gradient
     * @throws dev.steering.core.SteeringException naming the operator, if one on the way has no rule
     * @throws IllegalArgumentException if the results do not depend on the value
     */
    public static String differentiate(Tape tape, Map<String, String> weights, String by) {
        String gradient = new Differentiator(tape, by).run(weights, by);
        if (gradient == null) {
            throw new IllegalArgumentException("nothing that is differentiated depends on '" + by + "'");
        }
        return gradient;
    }

    private @Nullable String run(Map<String, String> weights, String by) {
        Adjoints adjoints = new Adjoints(tape, path);
        weights.forEach((result, weight) -> {
            if (adjoints.wanted(result)) {
                adjoints.add(result, weight);
            }
        });
        for (int i = forward.size() - 1; i >= 0; i--) {
            Node node = forward.get(i);
            String gradient = adjoints.wanted(node.output()) ? adjoints.of(node.output()) : null;
            if (gradient != null) {
                GradientRules.of(node).propagate(node, gradient, adjoints);
            }
        }
        return adjoints.of(by);
    }
}
