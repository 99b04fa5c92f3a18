package dev.steering.gradient.tape;

import dev.steering.core.BadRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The shape of every operator that a {@link Tape} takes, from those of its inputs. */
final class ShapeRules {
    @FunctionalInterface
    private interface Rule {
        Shape shape(Node node, Tape tape);
    }

    private static final Map<String, Rule> RULES = rules();

    private ShapeRules() {}

    static Shape shape(Node node, Tape tape) {
        Rule rule = RULES.get(node.operator());
        if (rule == null) {
            throw new BadRequest("Cannot write a differentiable graph with the operator " + node.operator()
                    + " ('" + node.output() + "'): its shape is not known. Known: "
                    + RULES.keySet().stream().sorted().toList() + ".");
        }
        return rule.shape(node, tape);
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        for (String operator : List.of("Add", "Sub", "Mul", "Div", "Min", "Less", "Where", "Sum")) {
            rules.put(operator, ShapeRules::elementwise);
        }
        for (String operator : List.of(
                "Neg",
                "Exp",
                "Log",
                "Sqrt",
                "Tanh",
                "Sigmoid",
                "Erf",
                "Atanh",
                "Relu",
                "Cast",
                "Softmax",
                "LogSoftmax",
                "RotaryEmbedding",
                "ScatterElements",
                "ScatterND")) {
            rules.put(operator, (node, tape) -> tape.shape(node.input(0)));
        }
        for (String operator : List.of("ReduceSum", "ReduceMean", "ReduceSumSquare", "ReduceLogSumExp")) {
            rules.put(operator, ShapeRules::reduction);
        }
        rules.put("MatMul", ShapeRules::product);
        rules.put("FusedMatMul", ShapeRules::product);
        rules.put("Reshape", ShapeRules::reshape);
        rules.put("Slice", ShapeRules::slice);
        rules.put("Transpose", ShapeRules::transpose);
        rules.put("Unsqueeze", ShapeRules::unsqueeze);
        rules.put("Gather", ShapeRules::gather);
        rules.put("GatherND", ShapeRules::gatherNd);
        rules.put("GatherElements", (node, tape) -> tape.shape(node.input(1)));
        return rules;
    }

    private static Shape elementwise(Node node, Tape tape) {
        return node.inputs().stream().map(tape::shape).reduce(Shape.of(), Shape::broadcast);
    }

    /** Reduced axes keep the size 1. */
    private static Shape reduction(Node node, Tape tape) {
        Shape shape = tape.shape(node.input(0));
        if (!node.flag("keepdims")) {
            throw new IllegalArgumentException(node.operator() + " without keepdims");
        }
        for (long axis : tape.valuesOf(node.input(1))) {
            shape = shape.with((int) axis, "1");
        }
        return shape;
    }

    private static Shape product(Node node, Tape tape) {
        Shape a = swapped(tape.shape(node.input(0)), node.flag("transA"));
        Shape b = swapped(tape.shape(node.input(1)), node.flag("transB"));
        if (!a.axis(-1).equals(b.axis(-2))) {
            throw new IllegalArgumentException(
                    node.operator() + " '" + node.output() + "' of " + a + " and " + b + ": inner sizes differ");
        }
        Shape outer = a.first(a.rank() - 2).broadcast(b.first(b.rank() - 2));
        return outer.then(Shape.of(a.axis(-2), b.axis(-1)));
    }

    private static Shape swapped(Shape shape, boolean swap) {
        return swap ? shape.with(-1, shape.axis(-2)).with(-2, shape.axis(-1)) : shape;
    }

    private static Shape reshape(Node node, Tape tape) {
        Shape from = tape.shape(node.input(0));
        long[] wanted = tape.valuesOf(node.input(1));
        List<String> sizes = new ArrayList<>();
        List<String> known = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            String size = wanted[i] == 0 ? from.axis(i) : Long.toString(wanted[i]);
            sizes.add(size);
            if (wanted[i] != -1) {
                known.add(size);
            }
        }
        sizes.replaceAll(size -> size.equals("-1") ? from.quotient(known) : size);
        Shape to = new Shape(sizes);
        if (!to.product().equals(from.product())) {
            throw new IllegalArgumentException(
                    "Reshape '" + node.output() + "' of " + from + " to " + Arrays.toString(wanted));
        }
        return to;
    }

    /** Of one axis, from one place to another. */
    private static Shape slice(Node node, Tape tape) {
        long size = tape.valuesOf(node.input(2))[0] - tape.valuesOf(node.input(1))[0];
        return tape.shape(node.input(0)).with((int) tape.valuesOf(node.input(3))[0], Long.toString(size));
    }

    private static Shape transpose(Node node, Tape tape) {
        Shape from = tape.shape(node.input(0));
        return new Shape(Arrays.stream(node.numbers("perm"))
                .mapToObj(axis -> from.axis((int) axis))
                .toList());
    }

    private static Shape unsqueeze(Node node, Tape tape) {
        List<String> sizes = new ArrayList<>(tape.shape(node.input(0)).axes());
        for (long axis : tape.valuesOf(node.input(1))) {
            sizes.add((int) (axis < 0 ? axis + sizes.size() + 1 : axis), "1");
        }
        return new Shape(sizes);
    }

    /** Along the first axis. */
    private static Shape gather(Node node, Tape tape) {
        Shape data = tape.shape(node.input(0));
        return tape.shape(node.input(1)).then(data.last(data.rank() - 1));
    }

    private static Shape gatherNd(Node node, Tape tape) {
        Shape data = tape.shape(node.input(0));
        Shape places = tape.shape(node.input(1));
        int depth = Integer.parseInt(places.axis(-1));
        return places.first(places.rank() - 1).then(data.last(data.rank() - depth));
    }
}
