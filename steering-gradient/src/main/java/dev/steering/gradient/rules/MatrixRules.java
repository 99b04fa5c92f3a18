package dev.steering.gradient.rules;

import dev.steering.gradient.tape.Node;
import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import java.util.Map;

/**
 * Matrix products. With {@code Y = alpha op(A) op(B)}, where op transposes or not, {@code dA} is {@code alpha G op(B)^T} or its
 * transpose and {@code dB} is {@code alpha op(A)^T G} or its transpose: products again, so that nothing is ever transposed in
 * memory, least of all weights.
 */
final class MatrixRules {
    private MatrixRules() {}

    static void addTo(Map<String, GradientRule> rules) {
        rules.put("MatMul", MatrixRules::product);
        rules.put("FusedMatMul", MatrixRules::product);
    }

    private static void product(Node node, String g, Adjoints to) {
        String a = node.input(0);
        String b = node.input(1);
        boolean transA = node.flag("transA");
        boolean transB = node.flag("transB");
        float alpha = node.real("alpha", 1);
        boolean shared = requireSupported(node, to.tape(), transA);
        if (to.wanted(a)) {
            to.add(
                    a,
                    transA
                            ? to.tape().product(b, transB, g, true, alpha)
                            : to.tape().product(g, false, b, !transB, alpha));
        }
        if (to.wanted(b)) {
            String rows = shared ? asRows(a, to) : a;
            String gradientRows = shared ? asRows(g, to) : g;
            to.add(
                    b,
                    transB
                            ? to.tape().product(gradientRows, true, rows, transA, alpha)
                            : to.tape().product(rows, !transA, gradientRows, false, alpha));
        }
    }

    /** Whether all matrices of A are multiplied with one and the same B, whose gradient is then the sum over all rows. */
    private static boolean requireSupported(Node node, Tape tape, boolean transA) {
        Shape a = tape.shape(node.input(0));
        Shape b = tape.shape(node.input(1));
        if (b.rank() == 2 && a.rank() > 2 && !transA) {
            return true;
        }
        if (a.rank() != b.rank() || !a.first(a.rank() - 2).equals(b.first(b.rank() - 2))) {
            throw new IllegalArgumentException(
                    node.operator() + " '" + node.output() + "' of " + a + " and " + b + " repeats matrices");
        }
        return false;
    }

    private static String asRows(String value, Adjoints to) {
        long size = Long.parseLong(to.tape().shape(value).axis(-1));
        return to.tape().node("Reshape", value, to.tape().longs(-1, size));
    }
}
