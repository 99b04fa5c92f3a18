package dev.steering.export.instrument.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Map;

/**
 * Attributes that a graph computes the same without, and that stand in the way of running it.
 *
 * <p>{@code causal} is written by newer versions of ONNX Runtime into graphs that they save, refused by older ones, and what those
 * do anyway. {@code sliding_window_cache} lets a layer whose attention has a window keep no more than that in its cache, and
 * refuses any cache that is shorter: without it the window is the same and the cache as long as the text, as in other layers.
 */
final class SpareAttributes {
    /** Operator, attribute, and the value that can be left out. */
    private static final Map<String, Map<String, Long>> SPARE =
            Map.of("GroupQueryAttention", Map.of("causal", 1L, "sliding_window_cache", 1L));

    private SpareAttributes() {}

    static boolean in(ModelProto model) {
        return model.getGraph().getNodeList().stream().anyMatch(SpareAttributes::isSpare);
    }

    /** The model without them. */
    static ModelProto without(ModelProto model) {
        if (!in(model)) {
            return model;
        }
        GraphProto graph = model.getGraph();
        GraphProto.Builder without = graph.toBuilder().clearNode();
        for (NodeProto node : graph.getNodeList()) {
            NodeProto.Builder kept = node.toBuilder().clearAttribute();
            node.getAttributeList().stream()
                    .filter(attribute -> !isSpare(node, attribute))
                    .forEach(kept::addAttribute);
            without.addNode(kept);
        }
        return model.toBuilder().setGraph(without).build();
    }

    private static boolean isSpare(NodeProto node) {
        return node.getAttributeList().stream().anyMatch(attribute -> isSpare(node, attribute));
    }

    private static boolean isSpare(NodeProto node, AttributeProto attribute) {
        Long spare = SPARE.getOrDefault(node.getOpType(), Map.of()).get(attribute.getName());
        return spare != null && attribute.getI() == spare;
    }
}
