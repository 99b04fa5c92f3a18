package dev.steering.export.instrument.write;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.steering.core.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds nodes to one graph and renames outputs, keeping the nodes in topological order: new nodes go to the front, beside a
 * node, or to the end. Knows how the few operators that it needs were written in every operator set since 11.
 */
final class GraphEditor {
    private final GraphProto.Builder graph;
    private final int opset;
    private final String prefix;
    private final List<NodeProto.Builder> nodes = new ArrayList<>();
    private final List<NodeProto> front = new ArrayList<>();
    private final Map<Integer, List<NodeProto>> before = new HashMap<>();
    private final Map<Integer, List<NodeProto>> after = new HashMap<>();
    private final List<NodeProto> end = new ArrayList<>();

    /** Where new nodes go. */
    interface Place {
        void add(NodeProto node);
    }

    /** The prefix makes new names unique. */
    GraphEditor(GraphProto graph, int opset, String prefix) {
        this.graph = graph.toBuilder();
        this.opset = opset;
        this.prefix = prefix;
        graph.getNodeList().forEach(node -> nodes.add(node.toBuilder()));
    }

    Place front() {
        return front::add;
    }

    Place end() {
        return end::add;
    }

    Place before(int node) {
        return added -> before.computeIfAbsent(node, key -> new ArrayList<>()).add(added);
    }

    Place after(int node) {
        return added -> after.computeIfAbsent(node, key -> new ArrayList<>()).add(added);
    }

    NodeProto.Builder node(int index) {
        return nodes.get(index);
    }

    GraphProto.Builder graph() {
        return graph;
    }

    String name(String local) {
        return prefix + local;
    }

    /** Lets a node write a tensor under another name, so that a new node can write what everybody reads. */
    String divert(int node, String tensor, String suffix) {
        NodeProto.Builder builder = nodes.get(node);
        int output = builder.getOutputList().indexOf(tensor);
        String diverted = tensor + suffix;
        builder.setOutput(output, diverted);
        return diverted;
    }

    /** Lets a node read another tensor. */
    void redirect(int node, String from, String to) {
        NodeProto.Builder builder = nodes.get(node);
        for (int i = 0; i < builder.getInputCount(); i++) {
            if (builder.getInput(i).equals(from)) {
                builder.setInput(i, to);
            }
        }
    }

    String op(Place place, String operator, String output, List<String> inputs, AttributeProto... attributes) {
        place.add(NodeProto.newBuilder()
                .setName(output)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes))
                .build());
        return output;
    }

    String cast(Place place, String input, String output, DType type) {
        return op(place, "Cast", output, List.of(input), integer("to", type.onnxNumber()));
    }

    /** Adds an axis of size 1. */
    String unsqueeze(Place place, String input, String output, long axis) {
        if (opset < 13) {
            return op(place, "Unsqueeze", output, List.of(input), integers("axes", axis));
        }
        return op(place, "Unsqueeze", output, List.of(input, longs(output + ".axes", axis)));
    }

    /** {@code [B,S,...]} at {@code int64[B,J]}: {@code [B,J,...]}. */
    String gatherPositions(Place place, String input, String output, String positions) {
        String indices = unsqueeze(place, positions, output + ".indices", 2);
        if (opset < 12) {
            String width = op(place, "Shape", output + ".shape", List.of(input));
            String hidden = op(
                    place,
                    "Slice",
                    output + ".hidden",
                    List.of(width, longs(output + ".from", 2), longs(output + ".to", 3)));
            String rows = op(place, "Shape", output + ".rows", List.of(positions));
            String shape = op(place, "Concat", output + ".expanded", List.of(rows, hidden), integer("axis", 0));
            String expanded = op(place, "Expand", output + ".all", List.of(indices, shape));
            return op(place, "GatherElements", output, List.of(input, expanded), integer("axis", 1));
        }
        return op(place, "GatherND", output, List.of(input, indices), integer("batch_dims", 1));
    }

    /** Euclidean length along the last axis, which is kept with size 1. */
    String length(Place place, String input, String output) {
        return opset < 18
                ? op(place, "ReduceL2", output, List.of(input), integers("axes", -1), integer("keepdims", 1))
                : op(place, "ReduceL2", output, List.of(input, longs(output + ".axes", -1)), integer("keepdims", 1));
    }

    /** A scalar in single precision. */
    String number(String name, float value) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(DType.F32.onnxNumber())
                .addFloatData(value));
        return name;
    }

    String longs(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(DType.I64.onnxNumber())
                .addDims(values.length)
                .setRawData(ByteString.copyFrom(bytes.rewind())));
        return name;
    }

    static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    /** The edited graph. Shapes that the exporter noted on inner tensors are left out: some are no longer true. */
    GraphProto build() {
        graph.clearNode().clearValueInfo();
        front.forEach(graph::addNode);
        for (int n = 0; n < nodes.size(); n++) {
            before.getOrDefault(n, List.of()).forEach(graph::addNode);
            graph.addNode(nodes.get(n));
            after.getOrDefault(n, List.of()).forEach(graph::addNode);
        }
        end.forEach(graph::addNode);
        return graph.build();
    }
}
