package dev.steering.testkit;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.steering.core.safetensors.DType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A small ONNX graph of standard operators, written node by node; ONNX Runtime checks it. Not thread-safe. */
public final class TestGraph {
    private static final int OPSET = 18;
    private static final int IR_VERSION = 9;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");

    /**
     * @param name name of an input
     * @param type element type
     * @param dimensions one per axis: a {@link Long} for a fixed size, a {@link String} for a symbolic one
     */
    public void input(String name, DType type, Object... dimensions) {
        graph.addInput(info(name, type, dimensions));
    }

    /**
     * @param name name of a value that is returned
     * @param type element type
     * @param dimensions as for inputs
     */
    public void output(String name, DType type, Object... dimensions) {
        graph.addOutput(info(name, type, dimensions));
    }

    /** A constant; without a shape, a scalar. Returns its name. */
    public String floats(String name, float[] values, long... shape) {
        TensorProto.Builder tensor = constant(name, DType.F32, shape);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return name;
    }

    /** A constant; without a shape, a scalar. Returns its name. */
    public String longs(String name, long[] values, long... shape) {
        TensorProto.Builder tensor = constant(name, DType.I64, shape);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        graph.addInitializer(tensor);
        return name;
    }

    private static TensorProto.Builder constant(String name, DType type, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.onnxNumber());
        for (long size : shape) {
            tensor.addDims(size);
        }
        return tensor;
    }

    /** Adds an operator with one output and returns that output's name. */
    public String node(String operator, String output, String... inputs) {
        node(operator, List.of(inputs), List.of(output), Map.of());
        return output;
    }

    /**
     * @param operator operator type
     * @param inputs names
     * @param outputs names
     * @param attributes {@link Long} or {@link String} by name
     */
    public void node(String operator, List<String> inputs, List<String> outputs, Map<String, ?> attributes) {
        NodeProto.Builder node = graph.addNodeBuilder()
                .setName(operator + "_" + graph.getNodeCount())
                .setOpType(operator)
                .addAllInput(inputs)
                .addAllOutput(outputs);
        new TreeMap<>(attributes).forEach((name, value) -> node.addAttribute(attribute(name, value)));
    }

    private static AttributeProto.Builder attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        return value instanceof Long number
                ? attribute.setType(AttributeProto.AttributeType.INT).setI(number)
                : attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8((String) value));
    }

    /** Whether something of that name is there: an input, a constant or an operator's output. */
    public boolean has(String name) {
        return graph.getInputList().stream().anyMatch(input -> input.getName().equals(name))
                || graph.getInitializerList().stream()
                        .anyMatch(tensor -> tensor.getName().equals(name))
                || graph.getNodeList().stream()
                        .anyMatch(node -> node.getOutputList().contains(name));
    }

    /** The file's bytes. */
    public byte[] toBytes() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("test")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static ValueInfoProto info(String name, DType type, Object... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dimension : dimensions) {
            shape.addDim(
                    dimension instanceof Long size
                            ? Dimension.newBuilder().setDimValue(size)
                            : Dimension.newBuilder().setDimParam((String) dimension));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.onnxNumber())
                                .setShape(shape)))
                .build();
    }
}
