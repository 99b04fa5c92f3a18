package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderSpec.DeltaRule;
import dev.steering.export.graph.GraphBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Linear attention by the gated delta rule, token by token, in single precision. */
final class DeltaRuleBlock {
    private static final float EPSILON = 1e-6f;

    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final GraphBuilder graph;
    private final CausalConvolution convolution;
    private final RowStates states;

    DeltaRuleBlock(DecoderSpec spec, DecoderOps ops, RowStates states) {
        this.spec = spec;
        this.ops = ops;
        this.graph = ops.graph();
        this.convolution = new CausalConvolution(ops, states);
        this.states = states;
    }

    String write(int layer, String input) {
        DeltaRule rule = Objects.requireNonNull(spec.deltaRule());
        constants(rule);
        String name = spec.names().layer(layer) + "delta.";
        long keys = (long) rule.keyHeads() * rule.keyDim();
        long values = (long) rule.valueHeads() * rule.valueDim();
        Projected projected = rule.packed() ? packed(layer, name, input, rule) : separate(layer, input, rule);
        String mixed = projected.mixed();
        String convolved = convolution.write(
                layer,
                spec.names().of(Part.DELTA_CONVOLUTION, layer),
                name,
                mixed,
                2 * keys + values,
                rule.kernel(),
                false);
        String activated =
                graph.node("Mul", name + "activated", convolved, graph.node("Sigmoid", name + "sigmoid", convolved));
        List<String> parts = List.of(name + "q", name + "k", name + "v");
        graph.node("Split", List.of(activated, "delta.sizes"), parts, Map.of("axis", 2L));
        String q = graph.node("Mul", name + "q.scaled", unit(name + "q.", parts.get(0), rule), "delta.scale");
        String k = unit(name + "k.", parts.get(1), rule);
        String v = graph.node("Reshape", name + "v.heads", parts.get(2), "delta.values");
        String rate = states.orElse(name + "rate.real", graph.node("Sigmoid", name + "rate", projected.rate()), 0);
        String decay = states.orElse(name + "decay.real", decay(layer, name, projected.step(), rule), 1);
        String read = states.scan(layer, name, step(), List.of(q, k, v, decay, rate));
        return output(layer, name, projected.gate(), read, rule);
    }

    /**
     * What is projected from the stream, in single precision.
     *
     * @param mixed all queries, then all keys, then all values
     * @param gate of every component of the values
     * @param rate of every head of the values
     * @param step the same
     */
    private record Projected(String mixed, String gate, String rate, String step) {}

    private Projected separate(int layer, String input, DeltaRule rule) {
        long keys = (long) rule.keyHeads() * rule.keyDim();
        long values = (long) rule.valueHeads() * rule.valueDim();
        return new Projected(
                ops.widen(linear(Part.DELTA_PROJECTION, layer, input, 2 * keys + values)),
                ops.widen(linear(Part.DELTA_GATE, layer, input, values)),
                ops.widen(linear(Part.DELTA_RATE, layer, input, rule.valueHeads())),
                ops.widen(linear(Part.DELTA_STEP, layer, input, rule.valueHeads())));
    }

    /** A key head's query, key, values and gates are side by side, and so are its rates and steps. */
    private Projected packed(int layer, String name, String input, DeltaRule rule) {
        int each = rule.valueHeads() / rule.keyHeads();
        long values = (long) each * rule.valueDim();
        long head = 2L * rule.keyDim() + 2 * values;
        if (!graph.has("delta.packed")) {
            graph.longs("delta.packed", new long[] {0, 0, rule.keyHeads(), head}, 4);
            graph.longs("delta.packed.sizes", new long[] {rule.keyDim(), rule.keyDim(), values, values}, 4);
            graph.longs("delta.packed_rates", new long[] {0, 0, rule.keyHeads(), 2L * each}, 4);
        }
        String all = ops.widen(linear(Part.DELTA_PACKED, layer, input, rule.keyHeads() * head));
        List<String> parts = List.of(name + "packed.q", name + "packed.k", name + "packed.v", name + "packed.z");
        String heads = graph.node("Reshape", name + "packed.heads", all, "delta.packed");
        graph.node("Split", List.of(heads, "delta.packed.sizes"), parts, Map.of("axis", 3L));
        List<String> flat = parts.stream()
                .map(part -> graph.node("Reshape", part + ".flat", part, "delta.flat"))
                .toList();
        graph.node("Concat", flat.subList(0, 3), List.of(name + "packed.mixed"), Map.of("axis", 2L));
        String rates = ops.widen(linear(Part.DELTA_PACKED_RATES, layer, input, 2L * rule.valueHeads()));
        String byHead = graph.node("Reshape", name + "packed.rates", rates, "delta.packed_rates");
        List<String> two = List.of(name + "packed.b", name + "packed.a");
        graph.node("Split", List.of(byHead), two, Map.of("axis", 3L, "num_outputs", 2L));
        return new Projected(
                name + "packed.mixed",
                flat.get(3),
                graph.node("Reshape", two.get(0) + ".flat", two.get(0), "delta.flat"),
                graph.node("Reshape", two.get(1) + ".flat", two.get(1), "delta.flat"));
    }

    private void constants(DeltaRule rule) {
        if (graph.has("delta.sizes")) {
            return;
        }
        long keys = (long) rule.keyHeads() * rule.keyDim();
        int copies = rule.valueHeads() / rule.keyHeads();
        graph.longs("delta.sizes", new long[] {keys, keys, (long) rule.valueHeads() * rule.valueDim()}, 3);
        graph.longs("delta.keys", new long[] {0, 0, rule.keyHeads(), 1, rule.keyDim()}, 5);
        graph.longs("delta.copies", new long[] {1, 1, 1, copies, 1}, 5);
        graph.longs("delta.keys_flat", new long[] {0, 0, rule.valueHeads(), rule.keyDim()}, 4);
        graph.longs("delta.values", new long[] {0, 0, rule.valueHeads(), rule.valueDim()}, 4);
        graph.longs("delta.flat", new long[] {0, 0, -1}, 3);
        graph.longs("delta.last", new long[] {-1}, 1);
        graph.floats("delta.scale", new float[] {(float) (1 / Math.sqrt(rule.keyDim()))});
        graph.floats("delta.epsilon", new float[] {EPSILON});
    }

    private String linear(Part part, int layer, String input, long out) {
        return ops.linear(spec.names().of(part, layer), input, out, spec.hidden(), false);
    }

    /** Every head of length 1, and as often as there are heads of values. */
    private String unit(String name, String value, DeltaRule rule) {
        String heads = graph.node("Reshape", name + "heads", value, "delta.keys");
        graph.node("ReduceSumSquare", List.of(heads, "delta.last"), List.of(name + "square"), Map.of("keepdims", 1L));
        String root = graph.node(
                "Sqrt", name + "root", graph.node("Add", name + "shifted", name + "square", "delta.epsilon"));
        String unit = graph.node("Div", name + "unit", heads, root);
        String copied =
                rule.valueHeads() == rule.keyHeads() ? unit : graph.node("Tile", name + "copied", unit, "delta.copies");
        return graph.node("Reshape", name + "flat", copied, "delta.keys_flat");
    }

    /** {@code exp(-exp(A) softplus(a + bias))}: what remains of the state, [batch, sequence, heads]. */
    private String decay(int layer, String name, String a, DeltaRule rule) {
        TensorNames names = spec.names();
        String bias = ops.weight(names.of(Part.DELTA_STEP_BIAS, layer), DType.F32, rule.valueHeads());
        String step = graph.node("Softplus", name + "step", graph.node("Add", name + "step.biased", a, bias));
        String decay = ops.weight(names.of(Part.DELTA_DECAY, layer), DType.F32, rule.valueHeads());
        return states.decay(name, decay, step);
    }

    /** One token: queries and keys [batch, heads, keyDim], values [batch, heads, valueDim], decay and rate [batch, heads]. */
    private static GraphBuilder step() {
        GraphBuilder body = new GraphBuilder("delta_rule");
        body.input("state", DType.F32, "batch", "heads", "key", "value");
        body.input("q", DType.F32, "batch", "heads", "key");
        body.input("k", DType.F32, "batch", "heads", "key");
        body.input("v", DType.F32, "batch", "heads", "value");
        body.input("decay", DType.F32, "batch", "heads");
        body.input("rate", DType.F32, "batch", "heads");
        body.longs("row", new long[] {-2}, 1);
        body.longs("column", new long[] {-1}, 1);
        body.longs("both", new long[] {-2, -1}, 2);
        String decayed = body.node("Mul", "decayed", "state", body.node("Unsqueeze", "decay.wide", "decay", "both"));
        String held = body.node("MatMul", "held", body.node("Unsqueeze", "k.row", "k", "row"), decayed);
        String surprise = body.node("Sub", "surprise", body.node("Unsqueeze", "v.row", "v", "row"), held);
        String learned = body.node("Mul", "learned", surprise, body.node("Unsqueeze", "rate.wide", "rate", "both"));
        String change = body.node("MatMul", "change", body.node("Unsqueeze", "k.column", "k", "column"), learned);
        String next = body.node("Add", "next", decayed, change);
        String read = body.node("MatMul", "read.row", body.node("Unsqueeze", "q.row", "q", "row"), next);
        body.node("Squeeze", "read", read, "row");
        body.output("next", DType.F32, "batch", "heads", "key", "value");
        body.output("read", DType.F32, "batch", "heads", "value");
        return body;
    }

    private String output(int layer, String name, String z, String read, DeltaRule rule) {
        TensorNames names = spec.names();
        long values = (long) rule.valueHeads() * rule.valueDim();
        String gamma = ops.weight(names.of(Part.DELTA_NORM, layer) + ".weight", DType.F32, rule.valueDim());
        graph.node(
                "SimplifiedLayerNormalization",
                List.of(read, gamma),
                List.of(name + "normed"),
                Map.of("epsilon", (float) spec.norms().epsilon(), "axis", -1L, "stash_type", 1L));
        String gate = graph.node("Mul", name + "gate", z, graph.node("Sigmoid", name + "gate.sigmoid", z));
        String flat = graph.node("Reshape", name + "flat", name + "normed", "delta.flat");
        String gated = ops.narrow(graph.node("Mul", name + "gated", flat, gate));
        return ops.linear(names.of(Part.DELTA_OUTPUT, layer), gated, spec.hidden(), values, false);
    }
}
