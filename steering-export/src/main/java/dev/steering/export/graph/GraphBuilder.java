package dev.steering.export.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.steering.core.AtomicFiles;
import dev.steering.core.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds one ONNX graph in topological order, checking that every name is defined once and before its use.
 *
 * <p>Nodes of the {@code com.microsoft} domain are ONNX Runtime's fused operators. Not thread-safe.
 */
public final class GraphBuilder {
    /** Opset of the standard operators. */
    public static final int OPSET = 18;

    private static final int IR_VERSION = 9;
    private static final String MICROSOFT = "com.microsoft";

    private final GraphProto.Builder graph;
    private final Set<String> defined = new HashSet<>();
    private int fresh;

    /** @param name name of the graph, for people */
    public GraphBuilder(String name) {
        graph = GraphProto.newBuilder().setName(name);
    }

    /**
     * @param name name of a graph input
     * @param type element type
     * @param dimensions one per axis: a {@link Long} for a fixed size, a {@link String} for a symbolic one
     * @return the name
     */
    public String input(String name, DType type, Object... dimensions) {
        define(name);
        graph.addInput(valueInfo(name, type, dimensions));
        return name;
    }

    /**
     * @param name name of a value that the graph returns; must be defined
     * @param type element type
     * @param dimensions as for inputs
     */
    public void output(String name, DType type, Object... dimensions) {
        use(name);
        graph.addOutput(valueInfo(name, type, dimensions));
    }

    /**
     * @param name name of the initializer
     * @param type element type as stored
     * @param shape sizes
     * @param file path relative to the model file, without {@code ..}
     * @param offset first byte in that file
     * @param bytes number of bytes
     * @return the name
     */
    public String external(String name, DType type, List<Long> shape, String file, long offset, long bytes) {
        define(name);
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.onnxNumber())
                .addAllDims(shape)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", file))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(bytes))));
        return name;
    }

    /**
     * @param name name of the constant
     * @param values its values, stored in the model file
     * @param shape sizes; none for a scalar
     * @return the name
     */
    public String floats(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(name, DType.F32, bytes, shape);
    }

    /**
     * @param name name of the constant
     * @param values its values, stored in the model file
     * @param shape sizes; none for a scalar
     * @return the name
     */
    public String longs(String name, long[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return constant(name, DType.I64, bytes, shape);
    }

    /**
     * Adds a standard operator with one output.
     *
     * @param operator e.g. {@code MatMul}
     * @param output name of its result
     * @param inputs names; empty for an absent optional input
     * @return the output's name
     */
    public String node(String operator, String output, String... inputs) {
        node(operator, List.of(inputs), List.of(output), Map.of());
        return output;
    }

    /**
     * Adds a standard operator.
     *
     * @param operator operator type
     * @param inputs names; empty for an absent optional input
     * @param outputs names; empty for an output that is not wanted
     * @param attributes {@link Long}, {@link Float}, {@link String}, {@code long[]} or another graph by name
     */
    public void node(String operator, List<String> inputs, List<String> outputs, Map<String, ?> attributes) {
        add("", operator, inputs, outputs, attributes);
    }

    /**
     * Adds an ONNX Runtime operator; parameters as for standard ones.
     *
     * @param operator operator type
     * @param inputs names; empty for an absent optional input
     * @param outputs names; empty for an output that is not wanted
     * @param attributes {@link Long}, {@link Float}, {@link String} or {@code long[]} by name
     */
    public void fused(String operator, List<String> inputs, List<String> outputs, Map<String, ?> attributes) {
        add(MICROSOFT, operator, inputs, outputs, attributes);
    }

    /**
     * @param name a value
     * @return whether it is an input, initializer or node output
     */
    public boolean has(String name) {
        return defined.contains(name);
    }

    /**
     * @param producer written into the file
     * @param metadata string metadata of the model, by name
     * @return the finished model
     */
    public ModelProto build(String producer, Map<String, String> metadata) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName(producer)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1))
                .setGraph(graph);
        metadata.forEach((k, v) -> model.addMetadataProps(entry(k, v)));
        return model.build();
    }

    /**
     * @param file the file to create or replace
     * @param producer written into the file
     * @throws dev.steering.core.SteeringException if it cannot be written
     */
    public void write(Path file, String producer) {
        AtomicFiles.write(file, out -> build(producer, Map.of()).writeTo(out));
    }

    private String constant(String name, DType type, ByteBuffer bytes, long[] shape) {
        define(name);
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.onnxNumber())
                .setRawData(ByteString.copyFrom(bytes.rewind()));
        for (long size : shape) {
            tensor.addDims(size);
        }
        graph.addInitializer(tensor);
        return name;
    }

    private void add(
            String domain, String operator, List<String> inputs, List<String> outputs, Map<String, ?> attributes) {
        inputs.stream().filter(name -> !name.isEmpty()).forEach(this::use);
        outputs.stream().filter(name -> !name.isEmpty()).forEach(this::define);
        NodeProto.Builder node = NodeProto.newBuilder()
                .setName(operator + "_" + fresh++)
                .setOpType(operator)
                .setDomain(domain)
                .addAllInput(inputs)
                .addAllOutput(outputs);
        attributes.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> node.addAttribute(attribute(e.getKey(), e.getValue())));
        graph.addNode(node);
    }

    private void define(String name) {
        if (!defined.add(name)) {
            throw new IllegalStateException("'" + name + "' is defined twice");
        }
    }

    private void use(String name) {
        if (!defined.contains(name)) {
            throw new IllegalStateException("'" + name + "' is used before it is defined");
        }
    }

    private static AttributeProto attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value instanceof Long i) {
            attribute.setType(AttributeProto.AttributeType.INT).setI(i);
        } else if (value instanceof Float f) {
            attribute.setType(AttributeProto.AttributeType.FLOAT).setF(f);
        } else if (value instanceof String s) {
            attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
        } else if (value instanceof GraphBuilder body) {
            attribute.setType(AttributeProto.AttributeType.GRAPH).setG(body.graph);
        } else if (value instanceof long[] list) {
            attribute.setType(AttributeProto.AttributeType.INTS);
            for (long i : list) {
                attribute.addInts(i);
            }
        } else {
            throw new IllegalArgumentException("attribute " + name + " of " + value.getClass());
        }
        return attribute.build();
    }

    /**
     * @param name name of an input or output
     * @param type type of its elements
     * @param dimensions for each axis its size, a {@link Long}, or the name of its size
     * @return its declaration
     */
    public static ValueInfoProto valueInfo(String name, DType type, Object... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dimension : dimensions) {
            TensorShapeProto.Dimension.Builder d = TensorShapeProto.Dimension.newBuilder();
            if (dimension instanceof Long size) {
                d.setDimValue(size);
            } else {
                d.setDimParam((String) dimension);
            }
            shape.addDim(d);
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(type.onnxNumber())
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /**
     * @param key name of a property
     * @param value its value
     * @return an entry of a model's metadata
     */
    public static StringStringEntryProto property(String key, String value) {
        return entry(key, value);
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
