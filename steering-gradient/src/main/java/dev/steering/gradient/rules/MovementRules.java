package dev.steering.gradient.rules;

import dev.steering.gradient.tape.Node;
import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import java.util.Arrays;
import java.util.Map;

/** Operators that only move elements, and the rotation of pairs. */
final class MovementRules {
    private MovementRules() {}

    static void addTo(Map<String, GradientRule> rules) {
        GradientRule reshape = (node, g, to) -> to.add(node.input(0), to.reshapedLike(node.input(0), g));
        rules.put("Reshape", reshape);
        rules.put("Unsqueeze", reshape);
        rules.put("Transpose", MovementRules::transpose);
        rules.put("Gather", MovementRules::gather);
        rules.put("GatherElements", MovementRules::gatherElements);
        rules.put("ScatterElements", MovementRules::scatterElements);
        rules.put("ScatterND", MovementRules::scatterNd);
        rules.put("RotaryEmbedding", MovementRules::rotate);
        rules.put("Slice", MovementRules::slice);
    }

    private static void transpose(Node node, String g, Adjoints to) {
        long[] perm = node.numbers("perm");
        long[] inverse = new long[perm.length];
        for (int i = 0; i < perm.length; i++) {
            inverse[(int) perm[i]] = i;
        }
        to.add(node.input(0), to.tape().node("Transpose", Map.of("perm", inverse), g));
    }

    /**
     * Rows of the gradient are added to the rows that were taken, which may be taken more than once. ScatterElements, whose sums
     * have one order; ScatterND's may run in parallel.
     */
    private static void gather(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        Shape data = tape.shape(node.input(0));
        long[] column = new long[data.rank()];
        Arrays.fill(column, 1);
        column[0] = -1;
        String places = tape.node("Reshape", node.input(1), tape.longs(column));
        long[] flat = new long[data.rank()];
        flat[0] = -1;
        for (int i = 1; i < flat.length; i++) {
            flat[i] = Long.parseLong(data.axis(i));
        }
        String rows = tape.node("Reshape", g, tape.longs(flat));
        String wide = tape.opaque(tape.shape(rows), "Expand", places, to.sizesOf(rows));
        to.add(
                node.input(0),
                tape.node(
                        "ScatterElements",
                        Map.of("axis", 0L, "reduction", "add"),
                        to.zerosLike(node.input(0)),
                        wide,
                        rows));
    }

    private static void gatherElements(Node node, String g, Adjoints to) {
        Map<String, Object> attributes = Map.of("axis", node.number("axis", 0), "reduction", "add");
        String zeros = to.zerosLike(node.input(0));
        to.add(node.input(0), to.tape().node("ScatterElements", attributes, zeros, node.input(1), g));
    }

    /** Without reduction: what was overwritten has no influence. */
    private static void scatterElements(Node node, String g, Adjoints to) {
        requireReplacing(node);
        Map<String, Object> axis = Map.of("axis", node.number("axis", 0));
        if (to.wanted(node.input(0))) {
            String zeros = to.zerosLike(node.input(2));
            to.add(node.input(0), to.tape().node("ScatterElements", axis, g, node.input(1), zeros));
        }
        if (to.wanted(node.input(2))) {
            to.add(node.input(2), to.tape().node("GatherElements", axis, g, node.input(1)));
        }
    }

    private static void scatterNd(Node node, String g, Adjoints to) {
        requireReplacing(node);
        if (to.wanted(node.input(0))) {
            String zeros = to.zerosLike(node.input(2));
            to.add(node.input(0), to.tape().node("ScatterND", g, node.input(1), zeros));
        }
        if (to.wanted(node.input(2))) {
            to.add(node.input(2), to.tape().node("GatherND", g, node.input(1)));
        }
    }

    private static void requireReplacing(Node node) {
        if (!node.text("reduction", "none").equals("none")) {
            throw new IllegalArgumentException(node.operator() + " '" + node.output() + "' with a reduction");
        }
    }

    /** Of one axis of known size: what was cut off has no influence. */
    private static void slice(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        Shape whole = tape.shape(node.input(0));
        int axis = (int) tape.valuesOf(node.input(3))[0];
        long from = tape.valuesOf(node.input(1))[0];
        long until = tape.valuesOf(node.input(2))[0];
        long[] pads = new long[2 * whole.rank()];
        pads[axis] = from;
        pads[whole.rank() + axis] = Long.parseLong(whole.axis(axis)) - until;
        to.add(node.input(0), tape.opaque(whole, "Pad", g, tape.longs(pads)));
    }

    /** Turned back: by the negative angle, with the same factor. */
    private static void rotate(Node node, String g, Adjoints to) {
        Tape tape = to.tape();
        String back = tape.node("Neg", node.input(3));
        to.add(node.input(0), tape.node("RotaryEmbedding", node.attributes(), g, node.input(1), node.input(2), back));
    }
}
