package dev.steering.export.instrument;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Element types of floating-point tensors, from what the file says of them or of what they are made of. Enough to know in which
 * precision a residual stream is kept; ONNX Runtime checks the result when it loads the graph.
 */
final class TypeInference {
    private static final int MAX_STEPS = 10_000;

    private final Scope scope;
    private final Map<String, Integer> known = new HashMap<>();

    TypeInference(Scope scope) {
        this.scope = scope;
        for (Scope at = scope; at != null; at = at.parent()) {
            at.graph().getInputList().forEach(this::note);
            at.graph().getValueInfoList().forEach(this::note);
            at.graph().getOutputList().forEach(this::note);
            for (TensorProto tensor : at.graph().getInitializerList()) {
                known.putIfAbsent(tensor.getName(), tensor.getDataType());
            }
        }
    }

    private void note(ValueInfoProto info) {
        if (info.getType().hasTensorType() && info.getType().getTensorType().getElemType() != 0) {
            known.putIfAbsent(info.getName(), info.getType().getTensorType().getElemType());
        }
    }

    /** The type of a tensor; single precision where nothing says otherwise. */
    int of(String tensor) {
        String name = tensor;
        for (int step = 0; step < MAX_STEPS; step++) {
            Integer type = known.get(name);
            if (type != null) {
                return type;
            }
            NodeProto node = producer(name);
            if (node == null || node.getInputCount() == 0) {
                return node == null ? ElementTypes.FLOAT : constant(node);
            }
            switch (node.getOpType()) {
                case "Cast":
                    return (int) attribute(node, "to")
                            .map(AttributeProto::getI)
                            .orElse((long) ElementTypes.FLOAT)
                            .longValue();
                case "DequantizeLinear", "GatherBlockQuantized":
                    name = node.getInput(node.getOpType().equals("DequantizeLinear") ? 1 : 2);
                    break;
                case "CastLike", "Where":
                    name = node.getInput(1);
                    break;
                case "MatMulInteger", "DynamicQuantizeLinear", "ConvInteger":
                    return ElementTypes.INT32;
                default:
                    name = node.getInput(0);
            }
        }
        return ElementTypes.FLOAT;
    }

    private @Nullable NodeProto producer(String name) {
        for (Scope at = scope; at != null; at = at.parent()) {
            if (at.producerNode(name) != null) {
                return at.producerNode(name);
            }
        }
        return null;
    }

    private static int constant(NodeProto node) {
        return attribute(node, "value").map(a -> a.getT().getDataType()).orElse(ElementTypes.FLOAT);
    }

    static Optional<AttributeProto> attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(a -> a.getName().equals(name))
                .findFirst();
    }
}
