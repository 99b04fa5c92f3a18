package dev.steering.gradient.rules;

import dev.steering.gradient.tape.Node;
import dev.steering.gradient.tape.Tape;
import java.util.Map;

/** Operators that compute every element by itself, of inputs that may be broadcast. With y the value and g its gradient. */
final class ElementwiseRules {
    private static final double ERF_SLOPE = 2 / Math.sqrt(Math.PI);

    private ElementwiseRules() {}

    static void addTo(Map<String, GradientRule> rules) {
        rules.put("Add", ElementwiseRules::add);
        rules.put("Sub", ElementwiseRules::subtract);
        rules.put("Mul", ElementwiseRules::multiply);
        rules.put("Div", ElementwiseRules::divide);
        rules.put("Min", ElementwiseRules::minimum);
        rules.put("Where", ElementwiseRules::choose);
        rules.put("Neg", (node, g, to) -> to.add(node.input(0), to.tape().node("Neg", g)));
        rules.put("Exp", (node, g, to) -> to.add(node.input(0), to.tape().node("Mul", g, node.output())));
        rules.put("Log", (node, g, to) -> to.add(node.input(0), to.tape().node("Div", g, node.input(0))));
        rules.put("Sqrt", ElementwiseRules::squareRoot);
        rules.put("Tanh", ElementwiseRules::tanh);
        rules.put("Sigmoid", ElementwiseRules::sigmoid);
        rules.put("Erf", ElementwiseRules::erf);
        rules.put("Atanh", ElementwiseRules::atanh);
        rules.put("Relu", ElementwiseRules::relu);
    }

    private static void add(Node node, String g, Adjoints to) {
        for (String input : node.inputs()) {
            if (to.wanted(input)) {
                to.add(input, g);
            }
        }
    }

    private static void subtract(Node node, String g, Adjoints to) {
        if (to.wanted(node.input(0))) {
            to.add(node.input(0), g);
        }
        if (to.wanted(node.input(1))) {
            String small = to.summedTo(node.input(1), g);
            to.add(node.input(1), to.tape().node("Neg", small));
        }
    }

    private static void multiply(Node node, String g, Adjoints to) {
        for (int i = 0; i < 2; i++) {
            if (to.wanted(node.input(i))) {
                to.add(node.input(i), to.tape().node("Mul", g, node.input(1 - i)));
            }
        }
    }

    /** y = a / b: g / b, and -g y / b, summed before the division where b was broadcast. */
    private static void divide(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String divisor = node.input(1);
        if (to.wanted(node.input(0))) {
            to.add(node.input(0), tape.node("Div", g, divisor));
        }
        if (to.wanted(divisor)) {
            String sum = to.summedTo(divisor, tape.node("Mul", g, node.output()));
            to.add(divisor, tape.node("Neg", tape.node("Div", sum, divisor)));
        }
    }

    /** The second input counts where both are equal. */
    private static void minimum(Node node, String g, Adjoints to) {
        String first = to.tape().node("Less", node.input(0), node.input(1));
        share(first, node.input(0), node.input(1), g, to);
    }

    private static void choose(Node node, String g, Adjoints to) {
        share(node.input(0), node.input(1), node.input(2), g, to);
    }

    private static void share(String condition, String whereTrue, String whereFalse, String g, Adjoints to) {
        Tape tape = to.tape();
        if (to.wanted(whereTrue)) {
            to.add(whereTrue, tape.node("Where", condition, g, tape.number(0)));
        }
        if (to.wanted(whereFalse)) {
            to.add(whereFalse, tape.node("Where", condition, tape.number(0), g));
        }
    }

    /** g / (2 y). */
    private static void squareRoot(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        to.add(node.input(0), tape.node("Mul", tape.node("Div", g, node.output()), tape.number(0.5)));
    }

    /** g (1 - y^2). */
    private static void tanh(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String slope = tape.node("Sub", tape.number(1), tape.node("Mul", node.output(), node.output()));
        to.add(node.input(0), tape.node("Mul", g, slope));
    }

    /** g y (1 - y). */
    private static void sigmoid(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String slope = tape.node("Mul", node.output(), tape.node("Sub", tape.number(1), node.output()));
        to.add(node.input(0), tape.node("Mul", g, slope));
    }

    /** g (2 / sqrt(pi)) exp(-x^2). */
    private static void erf(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String bell = tape.node("Exp", tape.node("Neg", tape.node("Mul", node.input(0), node.input(0))));
        to.add(node.input(0), tape.node("Mul", tape.node("Mul", g, bell), tape.number(ERF_SLOPE)));
    }

    /** g / (1 - x^2). */
    private static void atanh(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String square = tape.node("Mul", node.input(0), node.input(0));
        to.add(node.input(0), tape.node("Div", g, tape.node("Sub", tape.number(1), square)));
    }

    /** g where y is positive. */
    private static void relu(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String positive = tape.node("Less", tape.number(0), node.output());
        to.add(node.input(0), tape.node("Where", positive, g, tape.number(0)));
    }
}
