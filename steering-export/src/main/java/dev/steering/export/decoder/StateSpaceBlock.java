package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderSpec.StateNorm;
import dev.steering.export.decoder.DecoderSpec.StateSpace;
import dev.steering.export.graph.GraphBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A selective state space, token by token, in single precision. */
final class StateSpaceBlock {
    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final GraphBuilder graph;
    private final CausalConvolution convolution;
    private final RowStates states;

    StateSpaceBlock(DecoderSpec spec, DecoderOps ops, RowStates states) {
        this.spec = spec;
        this.ops = ops;
        this.graph = ops.graph();
        this.convolution = new CausalConvolution(ops, states);
        this.states = states;
    }

    String write(int layer, String input) {
        StateSpace how = Objects.requireNonNull(spec.stateSpace());
        constants(how);
        TensorNames names = spec.names();
        String name = names.layer(layer) + "mamba.";
        long inner = (long) how.heads() * how.headDim();
        long mixed = inner + 2L * how.groups() * how.state();
        String read = ops.narrow(
                ops.times(name + "input", ops.widen(input), how.factors().input()));
        String projected = scaled(
                name,
                how,
                ops.widen(ops.linear(
                        names.of(Part.STATE_INPUT, layer),
                        read,
                        inner + mixed + how.heads(),
                        spec.hidden(),
                        how.inputBias())));
        List<String> parts = List.of(name + "gate", name + "mixed", name + "step.raw");
        graph.node("Split", List.of(projected, "state.sizes"), parts, Map.of("axis", 2L));
        String convolved = convolution.write(
                layer,
                names.of(Part.STATE_CONVOLUTION, layer),
                name,
                parts.get(1),
                mixed,
                how.kernel(),
                how.convolutionBias());
        List<String> values = List.of(name + "x", name + "b", name + "c");
        graph.node("Split", List.of(silu(name + "activated", convolved), "state.mixed"), values, Map.of("axis", 2L));
        String x = graph.node("Reshape", name + "x.heads", values.get(0), "state.heads");
        String step = states.orElse(name + "step.real", step(layer, name, parts.get(2), how), 0);
        String stepped = graph.node(
                "Mul", name + "x.stepped", x, graph.node("Unsqueeze", name + "step.wide", step, "state.last"));
        String state = states.scan(
                layer,
                name,
                step(),
                List.of(
                        stepped,
                        grouped(name + "b.", values.get(1), how),
                        grouped(name + "c.", values.get(2), how),
                        states.decay(
                                name,
                                ops.weight(spec.names().of(Part.STATE_DECAY, layer), DType.F32, how.heads()),
                                step)));
        String skip = graph.node(
                "Unsqueeze",
                name + "skip",
                ops.weight(names.of(Part.STATE_SKIP, layer), DType.F32, how.heads()),
                "state.last");
        String skipped = graph.node("Mul", name + "x.skipped", x, skip);
        String flat =
                graph.node("Reshape", name + "flat", graph.node("Add", name + "sum", state, skipped), "state.flat");
        String output = ops.narrow(gated(layer, name, flat, silu(name + "gate.activated", parts.get(0)), how));
        return ops.linear(names.of(Part.STATE_OUTPUT, layer), output, spec.hidden(), inner, how.outputBias());
    }

    private void constants(StateSpace how) {
        if (graph.has("state.sizes")) {
            return;
        }
        long inner = (long) how.heads() * how.headDim();
        long group = (long) how.groups() * how.state();
        int copies = how.heads() / how.groups();
        graph.longs("state.sizes", new long[] {inner, inner + 2 * group, how.heads()}, 3);
        graph.longs("state.mixed", new long[] {inner, group, group}, 3);
        graph.longs("state.heads", new long[] {0, 0, how.heads(), how.headDim()}, 4);
        graph.longs("state.groups", new long[] {0, 0, how.groups(), 1, how.state()}, 5);
        graph.longs("state.copies", new long[] {1, 1, 1, copies, 1}, 5);
        graph.longs("state.of_heads", new long[] {0, 0, how.heads(), how.state()}, 4);
        graph.longs("state.last", new long[] {-1}, 1);
        graph.longs("state.flat", new long[] {0, 0, -1}, 3);
        graph.longs("state.normed", new long[] {0, 0, how.normGroups(), inner / how.normGroups()}, 4);
        float[] ones = new float[Math.toIntExact(inner / how.normGroups())];
        Arrays.fill(ones, 1);
        graph.floats("state.ones", ones, ones.length);
        graph.floats("state.least", new float[] {(float) how.least()});
        graph.floats("state.most", new float[] {(float) Math.min(how.most(), Float.MAX_VALUE)});
    }

    private String silu(String name, String value) {
        return graph.node("Mul", name, value, graph.node("Sigmoid", name + ".sigmoid", value));
    }

    /** Every part of what is projected has a factor of its own. */
    private String scaled(String name, StateSpace how, String projected) {
        List<Double> factors = how.factors().parts();
        if (factors.stream().allMatch(factor -> factor == 1)) {
            return projected;
        }
        if (!graph.has("state.factors")) {
            int inner = how.heads() * how.headDim();
            int group = how.groups() * how.state();
            int[] sizes = {inner, inner, group, group, how.heads()};
            float[] all = new float[Arrays.stream(sizes).sum()];
            int from = 0;
            for (int i = 0; i < sizes.length; i++) {
                Arrays.fill(all, from, from + sizes[i], factors.get(i).floatValue());
                from += sizes[i];
            }
            graph.floats("state.factors", all, all.length);
        }
        return graph.node("Mul", name + "projected", projected, "state.factors");
    }

    /** B or C of every head. */
    private String grouped(String name, String value, StateSpace how) {
        String groups = graph.node("Reshape", name + "groups", value, "state.groups");
        String copied =
                how.groups() == how.heads() ? groups : graph.node("Tile", name + "copied", groups, "state.copies");
        return graph.node("Reshape", name + "heads", copied, "state.of_heads");
    }

    /** The softplus of the projection and a bias, within its limits, [batch, sequence, heads]. */
    private String step(int layer, String name, String raw, StateSpace how) {
        String bias = ops.weight(spec.names().of(Part.STATE_STEP_BIAS, layer), DType.F32, how.heads());
        String step = graph.node("Softplus", name + "step", graph.node("Add", name + "step.biased", raw, bias));
        if (how.least() <= 0 && how.most() >= Float.MAX_VALUE) {
            return step;
        }
        graph.node("Clip", List.of(step, "state.least", "state.most"), List.of(name + "step.cut"), Map.of());
        return name + "step.cut";
    }

    /** One token: x [batch, heads, headDim], B and C [batch, heads, state], decay [batch, heads]. */
    private static GraphBuilder step() {
        GraphBuilder body = new GraphBuilder("state_space");
        body.input("state", DType.F32, "batch", "heads", "size", "width");
        body.input("x", DType.F32, "batch", "heads", "size");
        body.input("b", DType.F32, "batch", "heads", "width");
        body.input("c", DType.F32, "batch", "heads", "width");
        body.input("decay", DType.F32, "batch", "heads");
        body.longs("row", new long[] {-2}, 1);
        body.longs("column", new long[] {-1}, 1);
        body.longs("both", new long[] {-2, -1}, 2);
        String decayed = body.node("Mul", "decayed", "state", body.node("Unsqueeze", "decay.wide", "decay", "both"));
        String change = body.node(
                "Mul",
                "change",
                body.node("Unsqueeze", "x.column", "x", "column"),
                body.node("Unsqueeze", "b.row", "b", "row"));
        String next = body.node("Add", "next", decayed, change);
        String read = body.node("MatMul", "read.column", next, body.node("Unsqueeze", "c.column", "c", "column"));
        body.node("Squeeze", "read", read, "column");
        body.output("next", DType.F32, "batch", "heads", "size", "width");
        body.output("read", DType.F32, "batch", "heads", "size");
        return body;
    }

    private String gated(int layer, String name, String value, String gate, StateSpace how) {
        if (how.norm() == StateNorm.BEFORE_GATE) {
            return graph.node("Mul", name + "gated", normed(layer, name, value), gate);
        }
        String gated = graph.node("Mul", name + "gated", value, gate);
        return how.norm() == StateNorm.NONE ? gated : normed(layer, name, gated);
    }

    /** An RMS norm of every group, with a weight for all of them together. */
    private String normed(int layer, String name, String value) {
        String groups = graph.node("Reshape", name + "norm.groups", value, "state.normed");
        graph.node(
                "SimplifiedLayerNormalization",
                List.of(groups, "state.ones"),
                List.of(name + "norm.normed"),
                Map.of("epsilon", (float) spec.norms().epsilon(), "axis", -1L, "stash_type", 1L));
        String flat = graph.node("Reshape", name + "norm.flat", name + "norm.normed", "state.flat");
        StateSpace how = Objects.requireNonNull(spec.stateSpace());
        String weight = ops.weight(
                spec.names().of(Part.STATE_NORM, layer) + ".weight", DType.F32, (long) how.heads() * how.headDim());
        return graph.node("Mul", name + "norm", flat, weight);
    }
}
