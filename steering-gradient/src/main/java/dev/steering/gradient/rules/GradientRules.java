package dev.steering.gradient.rules;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.gradient.tape.Node;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rules by operator. */
final class GradientRules {
    private static final Map<String, GradientRule> RULES = rules();

    private GradientRules() {}

    /** @throws SteeringException if there is none */
    static GradientRule of(Node node) {
        GradientRule rule = RULES.get(node.operator());
        if (rule == null) {
            throw new BadRequest("Cannot differentiate the graph: the operator " + node.operator() + " ('"
                    + node.output() + "') has no gradient rule. Operators that have one: " + operators() + ".");
        }
        return rule;
    }

    /** Operators that have a rule, in order of their names. */
    static Set<String> operators() {
        return Collections.unmodifiableSet(new TreeSet<>(RULES.keySet()));
    }

    private static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        ElementwiseRules.addTo(rules);
        ReductionRules.addTo(rules);
        MatrixRules.addTo(rules);
        MovementRules.addTo(rules);
        return rules;
    }
}
