package dev.steering.gradient.rules;

import dev.steering.gradient.tape.Node;
import dev.steering.gradient.tape.Tape;
import java.util.Map;

/** Operators that make one number of several along some axes, and those that share one among several. */
final class ReductionRules {
    private ReductionRules() {}

    static void addTo(Map<String, GradientRule> rules) {
        rules.put("ReduceSum", (node, g, to) -> to.add(node.input(0), repeated(node, g, to)));
        rules.put("ReduceMean", ReductionRules::mean);
        rules.put("ReduceSumSquare", ReductionRules::sumOfSquares);
        rules.put("ReduceLogSumExp", ReductionRules::logSumExp);
        rules.put("Softmax", ReductionRules::softmax);
        rules.put("LogSoftmax", ReductionRules::logSoftmax);
    }

    /** The gradient of the sum for every summand. */
    private static String repeated(Node node, String g, Adjoints to) {
        return to.tape().opaque(to.tape().shape(node.input(0)), "Expand", g, to.sizesOf(node.input(0)));
    }

    private static void mean(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        long count = 1;
        for (long axis : tape.valuesOf(node.input(1))) {
            count *= Long.parseLong(tape.shape(node.input(0)).axis((int) axis));
        }
        to.add(node.input(0), repeated(node, tape.node("Mul", g, tape.number(1.0 / count)), to));
    }

    /** 2 g x. */
    private static void sumOfSquares(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        to.add(node.input(0), tape.node("Mul", tape.node("Mul", g, tape.number(2)), node.input(0)));
    }

    /** g exp(x - y). */
    private static void logSumExp(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String share = tape.node("Exp", tape.node("Sub", node.input(0), node.output()));
        to.add(node.input(0), tape.node("Mul", g, share));
    }

    /** y (g - sum(g y)). */
    private static void softmax(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String sum = to.sum(tape.node("Mul", g, node.output()), node.number("axis", -1));
        to.add(node.input(0), tape.node("Mul", node.output(), tape.node("Sub", g, sum)));
    }

    /** g - exp(y) sum(g). */
    private static void logSoftmax(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String sum = to.sum(g, node.number("axis", -1));
        to.add(node.input(0), tape.node("Sub", g, tape.node("Mul", tape.node("Exp", node.output()), sum)));
    }
}
