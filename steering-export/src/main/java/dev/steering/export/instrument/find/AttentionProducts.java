package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.export.instrument.find.ResidualFlow.Vertex;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Attention that is written out: products of two tensors that both depend on the embeddings.
 *
 * <p>Experts that are picked by a router are such products, too. Those of attention are told from them by a Softmax on the way from
 * one product, the scores, to another, the mean of the values, before the residual stream closes again.
 */
final class AttentionProducts {
    private static final int[] FIRST_TWO = {0, 1};

    /** Products by the places of their two factors: other inputs are scales and zero points. */
    private static final Map<String, int[]> PRODUCTS = Map.of(
            "MatMul", FIRST_TWO,
            "FusedMatMul", FIRST_TWO,
            "TransposeMatMul", FIRST_TWO,
            "Einsum", FIRST_TWO,
            "MatMulInteger", FIRST_TWO,
            "DynamicQuantizeMatMul", FIRST_TWO,
            "MatMulIntegerToFloat", FIRST_TWO,
            "QLinearMatMul", new int[] {0, 3});

    private final ResidualFlow flow;

    private AttentionProducts(ResidualFlow flow) {
        this.flow = flow;
    }

    /** Positions of scores: products with a Softmax between them and the next product. */
    static Set<Integer> scores(ResidualFlow flow) {
        AttentionProducts products = new AttentionProducts(flow);
        Set<Integer> scores = new TreeSet<>();
        for (int at : all(flow)) {
            if (products.reachesProduct(products.softmaxAfter(at))) {
                scores.add(at);
            }
        }
        return scores;
    }

    /** Positions of all products of two dependent tensors, a mixture's experts among them. */
    static Set<Integer> all(ResidualFlow flow) {
        AttentionProducts products = new AttentionProducts(flow);
        Set<Integer> all = new TreeSet<>();
        for (int at = 0; at < flow.size(); at++) {
            if (products.isProduct(at)) {
                all.add(at);
            }
        }
        return all;
    }

    private boolean isProduct(int position) {
        Vertex vertex = flow.vertex(position);
        if (!vertex.isNode()) {
            return false;
        }
        NodeProto node = flow.scope().node(vertex.node());
        int[] factors = PRODUCTS.get(node.getOpType());
        if (factors == null) {
            return false;
        }
        for (int factor : factors) {
            if (factor >= node.getInputCount() || !flow.keeps(node.getInput(factor))) {
                return false;
            }
        }
        return true;
    }

    /** The Softmaxes that are reached without passing another product or a cut. */
    private Set<Integer> softmaxAfter(int position) {
        Set<Integer> found = new TreeSet<>();
        for (int at : reached(List.of(position))) {
            Vertex vertex = flow.vertex(at);
            if (vertex.isNode() && isSoftmax(flow.scope().node(vertex.node()))) {
                found.add(at);
            }
        }
        return found;
    }

    private static boolean isSoftmax(NodeProto node) {
        return node.getOpType().contains("Softmax");
    }

    private boolean reachesProduct(Set<Integer> starts) {
        return reached(starts).stream().anyMatch(this::isProduct);
    }

    /** Where one gets to before the next product or cut, that included. */
    private Set<Integer> reached(Iterable<Integer> starts) {
        Set<Integer> seen = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>();
        starts.forEach(start -> open.addAll(next(start)));
        while (!open.isEmpty()) {
            int at = open.pop();
            if (!flow.isCut(at) && seen.add(at) && !isProduct(at)) {
                open.addAll(next(at));
            }
        }
        return seen;
    }

    private Set<Integer> next(int position) {
        Vertex vertex = flow.vertex(position);
        Set<Integer> next = new TreeSet<>();
        if (vertex.isNode()) {
            flow.scope()
                    .node(vertex.node())
                    .getOutputList()
                    .forEach(output -> next.add(flow.position(Vertex.of(output))));
        } else {
            flow.scope().consumers(vertex.tensor()).forEach(reader -> next.add(flow.position(Vertex.of(reader))));
        }
        next.remove(-1);
        return next;
    }
}
