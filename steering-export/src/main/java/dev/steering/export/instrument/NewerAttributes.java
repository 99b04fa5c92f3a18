package dev.steering.export.instrument;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Map;

/**
 * Attributes that newer versions of ONNX Runtime write into graphs that they save, and that older ones refuse. One that says what
 * the older ones do anyway can be left out.
 */
final class NewerAttributes {
    /** Operator, attribute, and the value that means nothing new. */
    private static final Map<String, Map<String, Long>> NEUTRAL = Map.of("GroupQueryAttention", Map.of("causal", 1L));

    private NewerAttributes() {}

    static boolean in(ModelProto model) {
        return model.getGraph().getNodeList().stream().anyMatch(NewerAttributes::isNewer);
    }

    /** The model without them. */
    static ModelProto without(ModelProto model) {
        if (!in(model)) {
            return model;
        }
        GraphProto graph = model.getGraph();
        GraphProto.Builder older = graph.toBuilder().clearNode();
        for (NodeProto node : graph.getNodeList()) {
            NodeProto.Builder kept = node.toBuilder().clearAttribute();
            node.getAttributeList().stream()
                    .filter(attribute -> !isNewer(node, attribute))
                    .forEach(kept::addAttribute);
            older.addNode(kept);
        }
        return model.toBuilder().setGraph(older).build();
    }

    private static boolean isNewer(NodeProto node) {
        return node.getAttributeList().stream().anyMatch(attribute -> isNewer(node, attribute));
    }

    private static boolean isNewer(NodeProto node, AttributeProto attribute) {
        Long neutral = NEUTRAL.getOrDefault(node.getOpType(), Map.of()).get(attribute.getName());
        return neutral != null && attribute.getI() == neutral;
    }
}
