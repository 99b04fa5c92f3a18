package dev.steering.export.instrument.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.SteeringException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Points of graphs that are written down here, shapes left out: only the data flow counts. */
class PointFinderTest {
    private final GraphProto.Builder graph = GraphProto.newBuilder();

    private void weights(String... names) {
        for (String name : names) {
            graph.addInitializer(TensorProto.newBuilder().setName(name));
        }
    }

    private void node(String operator, String output, String... inputs) {
        graph.addNode(NodeProto.newBuilder()
                .setName(output)
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output));
    }

    private List<String> points(String... pasts) {
        GraphScope scope = GraphScope.of(graph.build());
        ResidualFlow flow = ResidualFlow.between(scope, TokenInputs.lookups(scope, "ids"), "logits");
        return PointFinder.find(flow, Set.of(pasts), null).points().stream()
                .map(Point::label)
                .toList();
    }

    private void embedding() {
        graph.addInput(ValueInfoProto.newBuilder().setName("ids"));
        weights("table", "wq", "wk", "wv", "wo", "router", "experts", "head");
        node("Gather", "x0", "table", "ids");
    }

    /** Written-out attention: scores, Softmax, mean of the values, and the sum with the stream. */
    private void attention(String from, String to) {
        node("LayerNormalization", to + "n", from);
        node("MatMul", to + "q", to + "n", "wq");
        node("MatMul", to + "k", to + "n", "wk");
        node("MatMul", to + "v", to + "n", "wv");
        node("MatMul", to + "scores", to + "q", to + "k");
        node("Softmax", to + "weights", to + "scores");
        node("MatMul", to + "mixed", to + "weights", to + "v");
        node("MatMul", to + "o", to + "mixed", "wo");
        node("Add", to, from, to + "o");
    }

    /** Experts whose weights the router picks: a product of two tensors that depend on the tokens, and a Softmax before it. */
    private void experts(String from, String to) {
        node("LayerNormalization", to + "n", from);
        node("MatMul", to + "router", to + "n", "router");
        node("Softmax", to + "chances", to + "router");
        node("TopK", to + "top", to + "chances");
        node("Gather", to + "picked", "experts", to + "top");
        node("MatMul", to + "up", to + "n", to + "picked");
        node("Mul", to + "out", to + "up", to + "top");
        node("Add", to, from, to + "out");
    }

    private void head(String from) {
        node("LayerNormalization", "normed", from);
        node("MatMul", "logits", "normed", "head");
        graph.addOutput(ValueInfoProto.newBuilder().setName("logits"));
    }

    @Test
    void attentionIsToldFromExperts() {
        embedding();
        attention("x0", "a0");
        experts("a0", "x1");
        attention("x1", "a1");
        experts("a1", "x2");
        head("x2");
        assertEquals(List.of("x0", "x1", "x2"), points());
    }

    @Test
    void shapesCarryNoData() {
        embedding();
        node("Shape", "shape", "x0");
        attention("x0", "a0");
        node("Reshape", "x1", "a0", "shape");
        attention("x1", "x2");
        node("Reshape", "x3", "x2", "shape");
        head("x3");
        assertEquals(List.of("x0", "x1", "x3"), points());
    }

    @Test
    void castsAreSeenThrough() {
        embedding();
        node("Cast", "narrow", "x0");
        attention("narrow", "x1");
        node("Cast", "wide", "x1");
        node("Identity", "same", "wide");
        head("same");
        assertEquals(List.of("x0", "x1"), points());
    }

    @Test
    void aCacheThatIsReadThroughACastIsAnAnchor() {
        embedding();
        for (String past : List.of("p0", "p1")) {
            graph.addInput(ValueInfoProto.newBuilder().setName(past));
            node("Cast", past + "c", past);
        }
        for (int layer = 0; layer < 2; layer++) {
            String from = "x" + layer;
            String to = "x" + (layer + 1);
            node("MatMul", to + "k", from, "wk");
            node("Concat", to + "all", "p" + layer + "c", to + "k");
            node("Opaque", to + "o", from, to + "all");
            node("Add", to, from, to + "o");
        }
        head("x2");
        assertEquals(List.of("x0", "x1", "x2"), points("p0", "p1"));
    }

    /** The skip-norm returns the norm only: its sum has no name yet. */
    @Test
    void aSkipNormStandsForItsSum() {
        embedding();
        node("LayerNormalization", "n0", "x0");
        node("GroupQueryAttention", "o0", "n0");
        graph.addNode(NodeProto.newBuilder()
                .setName("middle")
                .setOpType("SkipSimplifiedLayerNormalization")
                .addAllInput(List.of("x0", "o0", "gamma"))
                .addAllOutput(List.of("n1", "", "", "sum")));
        weights("gamma");
        node("MatMul", "m", "n1", "wo");
        node("SkipSimplifiedLayerNormalization", "normed", "sum", "m", "gamma");
        node("MatMul", "logits", "normed", "head");
        graph.addOutput(ValueInfoProto.newBuilder().setName("logits"));
        assertEquals(List.of("x0", "the sum in normed"), points());
    }

    @Test
    void aGraphWithoutAttentionIsRefused() {
        embedding();
        node("MatMul", "m", "x0", "wo");
        node("Add", "x1", "x0", "m");
        head("x1");
        String message = assertThrows(SteeringException.class, this::points).getMessage();
        assertTrue(String.valueOf(message).contains("rule: every layer has an anchor"), message);
    }

    @Test
    void aLastLayerThatIsNotAddedIsRefused() {
        embedding();
        attention("x0", "x1");
        attention("x1", "x2");
        int last = graph.getNodeCount() - 1;
        graph.setNode(last, graph.getNode(last).toBuilder().setOpType("Mul"));
        head("x2");
        String message = assertThrows(SteeringException.class, this::points).getMessage();
        assertTrue(String.valueOf(message).contains("rule: the last point has the signature"), message);
    }
}
