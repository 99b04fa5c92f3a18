package dev.steering.export.bake;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Set;

/**
 * Adds a constant to a tensor by adding it to a bias that the tensor is a sum of, where there is one. Only what nobody else reads is
 * changed on the way there.
 */
final class BiasFold {
    private static final Set<String> SAME_VALUES = Set.of("Identity", "Reshape");
    private static final int GEMM_BIAS = 2;

    private final EditedGraph graph;
    private final GraphConstants constants;

    BiasFold(EditedGraph graph, GraphConstants constants) {
        this.graph = graph;
        this.constants = constants;
    }

    /**
     * @param tensor a tensor that is read once
     * @param added what to add, one number for each component of the last axis
     * @param name what to call the new bias
     * @return whether there was a bias
     */
    boolean fold(String tensor, float[] added, String name) {
        NodeProto.Builder producer = graph.producer(tensor);
        if (producer == null || graph.uses(tensor) != 1) {
            return false;
        }
        String op = producer.getOpType();
        if (SAME_VALUES.contains(op)) {
            return fold(producer.getInput(0), added, name);
        }
        if (op.equals("Gemm")) {
            return producer.getInputCount() > GEMM_BIAS
                    && isOne(producer, "beta")
                    && into(producer, GEMM_BIAS, added, name);
        }
        return op.equals("Add")
                && (into(producer, 0, added, name)
                        || into(producer, 1, added, name)
                        || fold(producer.getInput(0), added, name)
                        || fold(producer.getInput(1), added, name));
    }

    /** Adds to the bias that a node has at an input, if it is one. */
    boolean into(NodeProto.Builder node, int input, float[] added, String name) {
        float[] bias = constants.vector(node.getInput(input));
        if (bias == null) {
            return false;
        }
        float[] sum = new float[bias.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = bias[i] + added[i];
        }
        node.setInput(input, graph.constant(name, sum));
        return true;
    }

    private static boolean isOne(NodeProto.Builder node, String attribute) {
        return node.getAttributeList().stream()
                .filter(candidate -> candidate.getName().equals(attribute))
                .map(AttributeProto::getF)
                .allMatch(value -> value == 1f);
    }
}
