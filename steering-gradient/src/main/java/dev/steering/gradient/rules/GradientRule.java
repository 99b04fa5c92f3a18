package dev.steering.gradient.rules;

import dev.steering.gradient.tape.Node;

/** How the gradient of an operator's value becomes gradients of its inputs. */
@FunctionalInterface
interface GradientRule {
    /**
     * @param node the operator
     * @param gradient of its value, of the value's shape
     * @param adjoints receives the gradients of those inputs that are {@linkplain Adjoints#wanted wanted}
     */
    void propagate(Node node, String gradient, Adjoints adjoints);
}
