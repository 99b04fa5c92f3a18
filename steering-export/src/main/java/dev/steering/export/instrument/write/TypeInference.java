package dev.steering.export.instrument.write;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.safetensors.DType;
import dev.steering.export.instrument.find.GraphScope;
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

    private final GraphScope scope;
    private final Map<String, DType> types = new HashMap<>();

    TypeInference(GraphScope scope) {
        this.scope = scope;
        for (GraphScope at = scope; at != null; at = at.parent()) {
            at.graph().getInputList().forEach(this::note);
            at.graph().getValueInfoList().forEach(this::note);
            at.graph().getOutputList().forEach(this::note);
            for (TensorProto tensor : at.graph().getInitializerList()) {
                note(tensor.getName(), tensor.getDataType());
            }
        }
    }

    private void note(ValueInfoProto info) {
        if (info.getType().hasTensorType()) {
            note(info.getName(), info.getType().getTensorType().getElemType());
        }
    }

    private void note(String name, int type) {
        DType.ofOnnx(type).ifPresent(known -> types.putIfAbsent(name, known));
    }

    /** The type of a tensor; single precision where nothing says otherwise. */
    DType of(String tensor) {
        String name = tensor;
        for (int step = 0; step < MAX_STEPS; step++) {
            DType type = types.get(name);
            if (type != null) {
                return type;
            }
            NodeProto node = producer(name);
            if (node == null || node.getInputCount() == 0) {
                return node == null ? DType.F32 : constant(node);
            }
            DType own = made(node);
            if (own != null) {
                return own;
            }
            name = decisiveInput(node);
        }
        return DType.F32;
    }

    /** The type that a node makes whatever it is given; null if that depends. */
    private static @Nullable DType made(NodeProto node) {
        return switch (node.getOpType()) {
            case "Cast" ->
                attribute(node, "to")
                        .flatMap(to -> DType.ofOnnx((int) to.getI()))
                        .orElse(DType.F32);
            case "MatMulInteger", "DynamicQuantizeLinear", "ConvInteger" -> DType.I32;
            default -> null;
        };
    }

    /** The input whose type a node's output has. */
    private static String decisiveInput(NodeProto node) {
        return switch (node.getOpType()) {
            case "DequantizeLinear", "CastLike", "Where" -> node.getInput(1);
            case "GatherBlockQuantized" -> node.getInput(2);
            default -> node.getInput(0);
        };
    }

    private @Nullable NodeProto producer(String name) {
        for (GraphScope at = scope; at != null; at = at.parent()) {
            if (at.producerNode(name) != null) {
                return at.producerNode(name);
            }
        }
        return null;
    }

    private static DType constant(NodeProto node) {
        return attribute(node, "value")
                .flatMap(a -> DType.ofOnnx(a.getT().getDataType()))
                .orElse(DType.F32);
    }

    static Optional<AttributeProto> attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(a -> a.getName().equals(name))
                .findFirst();
    }
}
