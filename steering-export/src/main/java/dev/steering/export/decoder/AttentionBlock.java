package dev.steering.export.decoder;

import dev.steering.core.bundle.GraphContract;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.StateFactors;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The attention of one layer: its heads, grouped-query attention, output projection. */
final class AttentionBlock {
    /** Which input of GroupQueryAttention is added to the scores. */
    private static final int BIAS_INPUT = 10;

    /** Which input of GroupQueryAttention the sinks are. */
    private static final int SINKS_INPUT = 11;

    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final RotaryInputs rotary;
    private final GraphBuilder graph;
    private final HeadShapes shapes;
    private final DeltaRuleBlock deltaRule;
    private final ConvolutionBlock convolution;
    private final StateSpaceBlock stateSpace;
    private final Map<Integer, Heads> written = new HashMap<>();

    AttentionBlock(DecoderSpec spec, DecoderOps ops, RotaryInputs rotary) {
        this.spec = spec;
        this.ops = ops;
        this.rotary = rotary;
        this.graph = ops.graph();
        this.shapes = new HeadShapes(graph);
        RowStates states = new RowStates(spec, graph, rotary);
        this.deltaRule = new DeltaRuleBlock(spec, ops, states);
        this.convolution = new ConvolutionBlock(spec, ops, states);
        this.stateSpace = new StateSpaceBlock(spec, ops, states);
    }

    /** What a layer's tokens take of each other. */
    String write(int index, String input) {
        return switch (spec.layers().get(index).mixer()) {
            case SOFTMAX -> softmax(index, input);
            case DELTA_RULE -> deltaRule.write(index, input);
            case CONVOLUTION -> convolution.write(index, input);
            case STATE_SPACE -> stateSpace.write(index, input);
            case SOFTMAX_AND_STATE_SPACE -> both(index, input);
        };
    }

    private String both(int index, String input) {
        StateFactors factors = Objects.requireNonNull(spec.stateSpace()).factors();
        String name = spec.names().layer(index) + "self_attn.";
        String read = ops.narrow(ops.times(name + "input", ops.widen(input), factors.attentionInput()));
        String attended = ops.widen(softmax(index, read));
        String own = ops.times(name + "output", attended, factors.attentionOutput());
        String other = ops.times(name + "state_space", ops.widen(stateSpace.write(index, input)), factors.output());
        return ops.narrow(graph.node("Add", name + "and_state_space", own, other));
    }

    private String softmax(int index, String input) {
        Layer layer = spec.layers().get(index);
        Attention attention = spec.attention(index);
        Heads heads = attention.latent() == null
                ? new ProjectedHeads(spec, ops, rotary, index).write(input, written.get(layer.keysOf()))
                : new LatentHeads(spec, ops, rotary, index).write(input);
        written.put(index, heads);
        int wide = attention.paddedHeadDim();
        List<String> inputs = new ArrayList<>(List.of(
                shapes.padded(heads.queries(), attention.headDim(), wide),
                padded(heads.keys(), layer, attention.headDim(), wide),
                padded(heads.values(), layer, attention.valueDim(), wide),
                GraphContract.pastKey(index),
                GraphContract.pastValue(index),
                "seqlens_k",
                "total_length"));
        boolean inside = layer.rotary() != Layer.NO_ROTARY && rotary.insideAttention(layer.rotary(), attention);
        if (inside) {
            inputs.addAll(rotary.tables(layer.rotary()));
        }
        if (!attention.slopes().isEmpty()) {
            fill(inputs, BIAS_INPUT);
            inputs.add(ops.narrow(rotary.slopes(attention.slopes())));
        }
        if (attention.sinks()) {
            fill(inputs, SINKS_INPUT);
            inputs.add(ops.weight(spec.names().of(Part.SINKS, index), ops.precision(), attention.heads()));
        }
        String attended = spec.names().layer(index) + "self_attn.attended";
        graph.fused(
                "GroupQueryAttention",
                inputs,
                List.of(attended, GraphContract.presentKey(index), GraphContract.presentValue(index)),
                attributes(attention, layer, inside));
        String result = shapes.cut(attended, wide, attention.valueDim());
        if (attention.gated()) {
            String gate = graph.node(
                    "Sigmoid",
                    attended + ".gate",
                    ProjectedHeads.gate(spec.names().layer(index)));
            result = graph.node("Mul", attended + ".gated", result, gate);
        }
        return ops.linear(
                spec.names().of(Part.OUTPUT, index),
                result,
                spec.hidden(),
                (long) attention.heads() * attention.valueDim(),
                attention.outputBias());
    }

    /** Keys and values that a layer takes of another one are padded there. */
    private String padded(String value, Layer layer, int size, int wide) {
        String done = value + ".padded";
        return layer.keysOf() != Layer.OWN_KEYS && graph.has(done) ? done : shapes.padded(value, size, wide);
    }

    private static void fill(List<String> inputs, int until) {
        while (inputs.size() < until) {
            inputs.add("");
        }
    }

    private static Map<String, Object> attributes(Attention attention, Layer layer, boolean rotaryInside) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("num_heads", (long) attention.heads());
        attributes.put("kv_num_heads", (long) attention.kvHeads());
        attributes.put("do_rotary", rotaryInside ? 1L : 0L);
        attributes.put("scale", (float) attention.scale());
        if (rotaryInside && attention.interleaved()) {
            attributes.put("rotary_interleaved", 1L);
        }
        if (attention.softcap() != 0) {
            attributes.put("softcap", (float) attention.softcap());
        }
        if (layer.window() != 0) {
            attributes.put("local_window_size", (long) layer.window());
        }
        return attributes;
    }
}
