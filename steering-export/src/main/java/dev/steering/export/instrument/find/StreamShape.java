package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.export.instrument.find.ResidualFlow.Vertex;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the residual stream is made of between its embedding and the vocabulary head: sums that add a branch to it, and what
 * becomes of a sum before the next branch reads it (a norm where norms come last, a scale, a reshape).
 */
final class StreamShape {
    private static final Set<String> SKIP_NORMS =
            Set.of("SkipSimplifiedLayerNormalization", "SkipLayerNormalization", "SkipGroupNorm");
    private static final Set<String> PASSING = Set.of("Cast", "Identity");
    private static final Set<String> ROUNDING = Set.of("QuantizeLinear", "DequantizeLinear");
    private static final Set<String> SUMS = Set.of("Add", "Sum");

    private final ResidualFlow flow;
    private final GraphScope scope;
    private final int firstProduct;
    private final int head;

    StreamShape(ResidualFlow flow) {
        this.flow = flow;
        this.scope = flow.scope();
        this.firstProduct = firstProduct();
        this.head = headProduct();
    }

    static boolean isSkipNorm(NodeProto node) {
        return SKIP_NORMS.contains(node.getOpType());
    }

    static boolean isSum(NodeProto skipNorm, String tensor) {
        return skipNorm.getOutputList().indexOf(tensor) == Point.SKIP_SUM_OUTPUT;
    }

    /** Whether an operator hands on what it reads, in another type or another name. */
    static boolean isPassing(NodeProto node) {
        return PASSING.contains(node.getOpType());
    }

    static boolean isRounding(NodeProto node) {
        return ROUNDING.contains(node.getOpType());
    }

    private int firstProduct() {
        for (int at = 0; at < flow.size(); at++) {
            if (flow.vertex(at).isNode()
                    && LayerAnchors.isBranching(scope.node(flow.vertex(at).node()))) {
                return at;
            }
        }
        return flow.size();
    }

    /** The last product with weights is the vocabulary head's. */
    private int headProduct() {
        for (int at = flow.size() - 1; at >= 0; at--) {
            Vertex vertex = flow.vertex(at);
            if (vertex.isNode()) {
                NodeProto node = scope.node(vertex.node());
                if (HeadInput.PRODUCTS.contains(node.getOpType()) && flow.dependentOperands(node) < 2) {
                    return at;
                }
            }
        }
        return flow.size();
    }

    /** Position of the vocabulary head's product. */
    int head() {
        return head;
    }

    /** Whether a branch is added to the stream here. Sums of embeddings are none: no product comes before them. */
    boolean isBranchSum(int position) {
        if (!flow.isCut(position) || position < firstProduct) {
            return false;
        }
        Vertex vertex = flow.vertex(position);
        if (vertex.isNode()) {
            return isSkipNorm(scope.node(vertex.node()));
        }
        NodeProto node = scope.producerNode(vertex.tensor());
        return node != null && SUMS.contains(node.getOpType()) && flow.dependentOperands(node) >= 2;
    }

    /** The last sum at or before a position; -1 if there is none. */
    int sumBefore(int position) {
        for (int at = Math.min(position, flow.size() - 1); at >= 0; at--) {
            if (isBranchSum(at)) {
                return at;
            }
        }
        return -1;
    }

    /** How many branches are added behind a position, up to and with another. */
    int sums(int after, int to) {
        int sums = 0;
        for (int at = after + 1; at <= to; at++) {
            sums += isBranchSum(at) ? 1 : 0;
        }
        return sums;
    }

    /**
     * Positions of what all data passes behind a sum, up to and with another position; without casts and rounding.
     */
    List<Integer> passed(int sum, int to) {
        List<Integer> passed = new ArrayList<>();
        for (int at = sum + 1; at <= to && at < flow.size(); at++) {
            Vertex vertex = flow.vertex(at);
            NodeProto node = vertex.isNode() ? null : scope.producerNode(vertex.tensor());
            if (node != null && flow.isCut(at) && !isPassing(node) && !isRounding(node)) {
                passed.add(at);
            }
        }
        return passed;
    }

    /** What is done at a place, in a word: the operator with its number of operands that depend on the tokens. */
    String kind(int position) {
        NodeProto node = scope.producerNode(flow.vertex(position).tensor());
        return node == null ? "input" : node.getOpType() + " of " + flow.dependentOperands(node);
    }
}
