package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A decoder written down as data flow: shapes are left out, and weights that are read are made on the way. */
final class FlowGraph {
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private int made;

    FlowGraph() {
        graph.addInput(ValueInfoProto.newBuilder().setName("ids"));
    }

    /** A weight of that name. */
    String weight(String name) {
        if (graph.getInitializerList().stream().noneMatch(w -> w.getName().equals(name))) {
            graph.addInitializer(
                    TensorProto.newBuilder().setName(name).addDims(8).addDims(1).addDims(4));
        }
        return name;
    }

    String node(String operator, String output, String... inputs) {
        graph.addNode(NodeProto.newBuilder()
                .setName("node_" + output)
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output));
        return output;
    }

    /** The same with an output name of no meaning. */
    String op(String operator, String... inputs) {
        return node(operator, "t" + made++, inputs);
    }

    String embedding() {
        return node("Gather", "x0", weight("table"), "ids");
    }

    /** A root mean square norm, written out. */
    String norm(String from, String weight) {
        String mean = op("ReduceMean", op("Pow", from, weight("two")), weight("axis"));
        String root = op("Reciprocal", op("Sqrt", op("Add", mean, weight("epsilon"))));
        return op("Mul", weight(weight), op("Mul", from, root));
    }

    String linear(String from, String weight) {
        return op("MatMul", from, weight(weight));
    }

    /** What softmax attention adds. */
    String attention(String normed, String prefix) {
        String scores = op("MatMul", linear(normed, prefix + "q"), linear(normed, prefix + "k"));
        return linear(op("MatMul", op("Softmax", scores), linear(normed, prefix + "v")), prefix + "o");
    }

    /** What softmax attention with a cache adds; the cache is an input of the graph. */
    String cachedAttention(String normed, String prefix) {
        graph.addInput(ValueInfoProto.newBuilder().setName(prefix + "past"));
        String keys = op("Concat", prefix + "past", linear(normed, prefix + "k"));
        String scores = op("MatMul", linear(normed, prefix + "q"), keys);
        return linear(op("MatMul", op("Softmax", scores), linear(normed, prefix + "v")), prefix + "o");
    }

    /** What a short convolution adds. */
    String convolution(String normed, String prefix) {
        String gate = linear(normed, prefix + "gate");
        return linear(
                op("Mul", gate, op("Conv", linear(normed, prefix + "in"), weight(prefix + "kernel"))), prefix + "out");
    }

    /** What linear attention adds: products of dependent tensors, without a Softmax. */
    String linearAttention(String normed, String prefix) {
        String state = op("Einsum", linear(normed, prefix + "k"), linear(normed, prefix + "v"));
        return linear(op("Einsum", linear(normed, prefix + "q"), op("CumSum", state, weight("axis"))), prefix + "o");
    }

    /** What a state-space layer adds: a convolution and a recurrence. */
    String stateSpace(String normed, String prefix) {
        String wide = op("Conv", linear(normed, prefix + "in"), weight(prefix + "conv"));
        String step = op("Softplus", linear(wide, prefix + "dt"));
        return linear(op("Scan", weight(prefix + "start"), wide, step), prefix + "out");
    }

    String mlp(String normed, String prefix) {
        String gate = linear(normed, prefix + "gate");
        return linear(op("Mul", op("Sigmoid", gate), linear(normed, prefix + "up")), prefix + "down");
    }

    /** What a mixture of experts adds: its weights are picked, so that its products have two dependent operands. */
    String experts(String normed, String prefix) {
        String chances = op("Softmax", linear(normed, prefix + "router"));
        String top = op("TopK", chances, weight("k"));
        String picked = op("Gather", weight(prefix + "experts"), top);
        return op("Mul", op("MatMul", normed, picked), op("CumSum", top, weight("axis")));
    }

    /** Adds to the stream under a name that tests look for. */
    String add(String output, String stream, String branch) {
        return node("Add", output, branch, stream);
    }

    /** Final norm and vocabulary head. */
    void head(String from) {
        plainHead(norm(from, "final"));
    }

    void plainHead(String from) {
        logits(node("MatMul", "scores", from, weight("head")));
    }

    void logits(String from) {
        node("Identity", "logits", from);
        graph.addOutput(ValueInfoProto.newBuilder().setName("logits"));
    }

    /** Makes the last node a convolution of that width. */
    void kernel(long width) {
        int last = graph.getNodeCount() - 1;
        graph.setNode(
                last,
                graph.getNode(last).toBuilder()
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("kernel_shape")
                                .addInts(width)));
    }

    List<String> points() {
        return points(null);
    }

    List<String> points(@Nullable Integer configured) {
        return points(configured, Set.of());
    }

    List<String> points(@Nullable Integer configured, Set<String> pasts) {
        GraphScope scope = GraphScope.of(graph.build());
        ResidualFlow flow = ResidualFlow.between(scope, TokenInputs.lookups(scope, "ids"), "logits");
        return PointFinder.find(flow, pasts, configured).points().stream()
                .map(Point::label)
                .toList();
    }
}
