package dev.steering.export.gradient;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reverse-mode differentiation of a graph (see Griewank and Walther, "Evaluating Derivatives", 2nd ed. 2008, chapter 3).
 *
 * <p>Given weights w of some results y, the gradient of {@code sum(w * y)} is propagated from the results backwards, operator by
 * operator, by the {@link GradientRules}. Only operators between the values that are differentiated by and the results are
 * touched: weights of the model are constants, no gradient of theirs is ever computed.
 */
final class Differentiator {
    private final Tape tape;
    private final List<Node> forward;
    private final Set<String> path;

    private Differentiator(Tape tape, List<String> by) {
        this.tape = tape;
        this.forward = List.copyOf(tape.nodes());
        this.path = new HashSet<>(by);
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
     * @param by values to differentiate by
     * @return names of the gradients, in the order of {@code by}
     * @throws dev.steering.core.SteeringException naming the operator, if one on the way has no rule
     * @throws IllegalArgumentException if the results do not depend on one of the values
     */
    static Map<String, String> differentiate(Tape tape, Map<String, String> weights, List<String> by) {
        return new Differentiator(tape, by).run(weights, by);
    }

    private Map<String, String> run(Map<String, String> weights, List<String> by) {
        Adjoints adjoints = new Adjoints(tape, path);
        weights.forEach((result, weight) -> {
            if (adjoints.wanted(result)) {
                adjoints.add(result, weight);
            }
        });
        for (int i = forward.size() - 1; i >= 0; i--) {
            Node node = forward.get(i);
            if (adjoints.wanted(node.output())) {
                String gradient = adjoints.of(node.output());
                if (gradient != null) {
                    GradientRules.of(node).propagate(node, gradient, adjoints);
                }
            }
        }
        Map<String, String> gradients = new LinkedHashMap<>();
        for (String value : by) {
            String gradient = adjoints.of(value);
            if (gradient == null) {
                throw new IllegalArgumentException("nothing that is differentiated depends on '" + value + "'");
            }
            gradients.put(value, gradient);
        }
        return gradients;
    }
}
