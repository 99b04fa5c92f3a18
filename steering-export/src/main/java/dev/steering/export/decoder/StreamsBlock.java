package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderSpec.Streams;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Several residual streams, [batch, sequence, streams, hidden], of which every layer reads and writes one: the others are predicted from all
 * before the layer, and corrected by what the layer made of its own (AltUp, arXiv 2301.13310). In single precision.
 */
final class StreamsBlock {
    private static final float SMALLEST = 1e-5f;

    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final GraphBuilder graph;
    private final SteeringPoints points;
    private final Streams how;

    /** The streams as they are up to here, and behind a layer's prediction the predicted ones. */
    private String all = "";

    /** The one that layers read. */
    private String active = "";

    /** The streams behind the last layer. */
    private List<String> last = List.of();

    StreamsBlock(DecoderSpec spec, DecoderOps ops, SteeringPoints points) {
        this.spec = spec;
        this.ops = ops;
        this.graph = ops.graph();
        this.points = points;
        this.how = Objects.requireNonNull(spec.streams());
    }

    /** The streams that the first layer reads: the embedding, and matrices times it, as long as it is. */
    void begin(String embedded) {
        graph.longs("streams.axis", new long[] {2}, 1);
        graph.longs("streams.last", new long[] {-1}, 1);
        graph.longs("streams.active", new long[] {how.active()});
        graph.longs("streams.square", new long[] {0, 0, how.count(), how.count()}, 4);
        graph.floats("streams.smallest", new float[] {SMALLEST});
        graph.floats("streams.one", new float[] {1});
        List<String> streams = new ArrayList<>(List.of(embedded));
        String length = length("streams.in", embedded);
        for (int i = 1; i < how.count(); i++) {
            streams.add(asLong(Part.STREAMS_IN, i, embedded, length));
        }
        steer(0, streams, streams.get(how.active()));
    }

    /** What a layer reads. */
    String predict(int layer) {
        String name = name(layer);
        long count = how.count();
        String routed = routed(layer, name + "before.", active);
        String weights = product(layer, "prediction_coefs", name + "mixed", routed, count * count, count);
        String square = graph.node("Reshape", name + "square", weights, "streams.square");
        String mixed = graph.node("MatMul", name + "mixture", square, all);
        all = graph.node("Add", name + "predicted", all, mixed);
        graph.node("Gather", List.of(all, "streams.active"), List.of(name + "active"), Map.of("axis", 2L));
        return name + "active";
    }

    /** {@code (stream + attended + laurel) / sqrt(2)} with {@code laurel = normed + norm(right(left(normed)))}. */
    String middle(int layer, String stream, String normed, String attended) {
        String name = name(layer);
        String laurel = spec.names().of(Part.LAUREL, layer) + ".";
        String left = ops.linear(laurel + "linear_left", ops.narrow(normed), how.rank(), spec.hidden(), false);
        String right = ops.linear(laurel + "linear_right", left, spec.hidden(), how.rank(), false);
        String beside = ops.norm(ops.widen(right), laurel + "post_laurel_norm");
        String both = graph.node("Add", name + "laurel", normed, beside);
        String gated = graph.node("Add", name + "gated", stream, attended);
        return ops.scaled(graph.node("Add", name + "middle", gated, both), Math.sqrt(0.5));
    }

    /** Corrects all streams; returns what gates the layer's embedding. */
    String correct(int layer, String predicted, String middle, String branch) {
        String name = name(layer);
        String activated = graph.node("Add", name + "activated", middle, branch);
        String change = graph.node("Sub", name + "innovation", activated, predicted);
        String routed = routed(layer, name + "behind.", activated);
        String shares = graph.node(
                "Add",
                name + "shares",
                product(layer, "correction_coefs", name + "corrections", routed, how.count(), how.count()),
                "streams.one");
        String wide = graph.node("Unsqueeze", name + "shares.wide", shares, "streams.last");
        String changes = graph.node("Unsqueeze", name + "innovation.wide", change, "streams.axis");
        String corrections = graph.node("Mul", name + "corrections.wide", wide, changes);
        all = graph.node("Add", name + "corrected", all, corrections);
        graph.node("Gather", List.of(all, "streams.active"), List.of(name + "first"), Map.of("axis", 2L));
        if (!how.scaled()) {
            return name + "first";
        }
        String scale = spec.names().of(Part.STREAMS, layer) + ".correct_output_scale";
        return graph.node("Mul", name + "first.scaled", name + "first", ops.weight(scale, DType.F32, spec.hidden()));
    }

    /** Adds the layer's embedding to all streams but the first, and makes the point behind the layer unless it is the last. */
    void close(int layer, String embedding) {
        String name = name(layer);
        List<String> streams = split(name + "stream.");
        for (int i = 1; i < how.count(); i++) {
            streams.set(i, graph.node("Add", streams.get(i) + ".embedded", streams.get(i), embedding));
        }
        if (layer + 1 < spec.layers().size()) {
            steer(layer + 1, streams, streams.get(how.active()));
        } else {
            last = streams;
        }
    }

    /** The last point, which the head reads: the mean of all streams, each as long as the first one. */
    String end() {
        List<String> streams = last;
        String length = length("streams.end", streams.get(0));
        String sum = streams.get(0);
        for (int i = 1; i < how.count(); i++) {
            String projected = asLong(Part.STREAMS_OUT, i, streams.get(i), length);
            sum = graph.node("Add", "streams.sum." + i, sum, projected);
        }
        return points.steered(spec.layers().size(), ops.scaled(sum, 1.0 / how.count()));
    }

    private void steer(int point, List<String> streams, String value) {
        active = points.steered(point, value);
        streams.set(how.active(), active);
        List<String> wide = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            wide.add(graph.node("Unsqueeze", "streams." + point + "." + i, streams.get(i), "streams.axis"));
        }
        all = "streams." + point;
        graph.node("Concat", wide, List.of(all), Map.of("axis", 2L));
    }

    private List<String> split(String name) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < how.count(); i++) {
            parts.add(name + i + ".wide");
        }
        graph.node("Split", List.of(all), parts, Map.of("axis", 2L, "num_outputs", (long) how.count()));
        List<String> streams = new ArrayList<>();
        for (int i = 0; i < how.count(); i++) {
            streams.add(graph.node("Squeeze", name + i, parts.get(i), "streams.axis"));
        }
        return streams;
    }

    /** {@code tanh(router(norm(x) / hidden))}, [batch, sequence, streams]. */
    private String routed(int layer, String name, String value) {
        String altup = spec.names().of(Part.STREAMS, layer);
        String gamma = ops.weight(altup + ".router_norm.weight", DType.F32, spec.hidden());
        graph.node(
                "SimplifiedLayerNormalization",
                List.of(value, gamma),
                List.of(name + "normed"),
                Map.of("epsilon", (float) spec.norms().epsilon(), "axis", -1L, "stash_type", 1L));
        String scaled = ops.scaled(name + "normed", 1.0 / spec.hidden());
        String scores = product(layer, "modality_router", name + "scores", scaled, how.count(), spec.hidden());
        return graph.node("Tanh", name + "routed", scores);
    }

    private String product(int layer, String matrix, String name, String input, long out, long in) {
        String weight = spec.names().of(Part.STREAMS, layer) + "." + matrix + ".weight";
        graph.fused(
                "FusedMatMul",
                List.of(input, ops.weight(weight, DType.F32, out, in)),
                List.of(name),
                Map.of("transB", 1L));
        return name;
    }

    /** A matrix times a stream, as long as another one. */
    private String asLong(Part part, int stream, String value, String length) {
        String matrix = spec.names().of(part) + "." + (stream - 1);
        String projected = ops.widen(ops.linear(matrix, ops.narrow(value), spec.hidden(), spec.hidden(), false));
        String square = meanSquare(projected + ".length", projected);
        String most = graph.node("Max", projected + ".length.most", square, "streams.smallest");
        String longer = graph.node("Mul", projected + ".longer", projected, length);
        return graph.node("Div", projected + ".as_long", longer, graph.node("Sqrt", projected + ".length", most));
    }

    private String length(String name, String value) {
        return graph.node("Sqrt", name + ".length", meanSquare(name, value));
    }

    private String meanSquare(String name, String value) {
        String square = graph.node("Mul", name + ".square", value, value);
        graph.node(
                "ReduceMean", List.of(square, "streams.last"), List.of(name + ".mean_square"), Map.of("keepdims", 1L));
        return name + ".mean_square";
    }

    private String name(int layer) {
        return spec.names().layer(layer) + "streams.";
    }
}
