package dev.steering.export.decoder;

import dev.steering.core.bundle.GraphContract;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The attention of one layer: projections, head norms, rotary embedding, grouped-query attention, output projection. */
final class AttentionBlock {
    private final DecoderSpec spec;
    private final Attention attention;
    private final DecoderOps ops;
    private final RotaryInputs rotary;
    private final GraphBuilder graph;

    AttentionBlock(DecoderSpec spec, DecoderOps ops, RotaryInputs rotary) {
        this.spec = spec;
        this.attention = spec.attention();
        this.ops = ops;
        this.rotary = rotary;
        this.graph = ops.graph();
    }

    /** Shapes and padding amounts, if anything has to be reshaped. */
    void constants() {
        if (attention.headNorm() || padded()) {
            graph.longs("shape.heads", new long[] {0, 0, -1, attention.headDim()}, 4);
            graph.longs("shape.flat", new long[] {0, 0, -1}, 3);
        }
        if (padded()) {
            long missing = (long) attention.paddedHeadDim() - attention.headDim();
            graph.longs("head.padding", new long[] {0, 0, 0, 0, 0, 0, 0, missing}, 8);
            graph.longs("shape.padded", new long[] {0, 0, -1, attention.paddedHeadDim()}, 4);
            graph.longs("head.start", new long[] {0}, 1);
            graph.longs("head.end", new long[] {attention.headDim()}, 1);
            graph.longs("head.axis", new long[] {3}, 1);
        }
    }

    String write(int index, String prefix, String input) {
        Layer layer = spec.layers().get(index);
        List<String> projected = projections(prefix, input);
        String q = headNorm(projected.get(0), prefix + "q_norm.weight");
        String k = headNorm(projected.get(1), prefix + "k_norm.weight");
        boolean inside = layer.rotary() != Layer.NO_ROTARY && rotary.insideAttention(layer.rotary());
        if (layer.rotary() != Layer.NO_ROTARY && !inside) {
            q = rotary.rotated(layer.rotary(), q, attention.heads());
            k = rotary.rotated(layer.rotary(), k, attention.kvHeads());
        }
        List<String> inputs = new ArrayList<>(List.of(
                pad(q),
                pad(k),
                pad(projected.get(2)),
                GraphContract.pastKey(index),
                GraphContract.pastValue(index),
                "seqlens_k",
                "total_length"));
        if (inside) {
            inputs.addAll(rotary.tables(layer.rotary()));
        }
        String attended = prefix + "attended";
        graph.fused(
                "GroupQueryAttention",
                inputs,
                List.of(attended, GraphContract.presentKey(index), GraphContract.presentValue(index)),
                attributes(layer, inside));
        int width = attention.heads() * attention.headDim();
        return ops.linear(prefix + "o_proj", unpad(attended), spec.hidden(), width, attention.outputBias());
    }

    private Map<String, Object> attributes(Layer layer, boolean rotaryInside) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("num_heads", (long) attention.heads());
        attributes.put("kv_num_heads", (long) attention.kvHeads());
        attributes.put("do_rotary", rotaryInside ? 1L : 0L);
        attributes.put("scale", (float) attention.scale());
        if (attention.softcap() != 0) {
            attributes.put("softcap", (float) attention.softcap());
        }
        if (layer.window() != 0) {
            attributes.put("local_window_size", (long) layer.window());
        }
        return attributes;
    }

    private List<String> projections(String prefix, String input) {
        int queries = attention.heads() * attention.headDim();
        int keys = attention.kvHeads() * attention.headDim();
        boolean bias = attention.inputBias();
        if (!attention.packed()) {
            return List.of(
                    ops.linear(prefix + "q_proj", input, queries, spec.hidden(), bias),
                    ops.linear(prefix + "k_proj", input, keys, spec.hidden(), bias),
                    ops.linear(prefix + "v_proj", input, keys, spec.hidden(), bias));
        }
        String packed = ops.linear(prefix + "qkv_proj", input, queries + 2L * keys, spec.hidden(), bias);
        if (!graph.has("qkv.sizes")) {
            graph.longs("qkv.sizes", new long[] {queries, keys, keys}, 3);
        }
        List<String> parts = List.of(prefix + "q", prefix + "k", prefix + "v");
        graph.node("Split", List.of(packed, "qkv.sizes"), parts, Map.of("axis", 2L));
        return parts;
    }

    private String headNorm(String value, String gammaName) {
        if (!attention.headNorm()) {
            return value;
        }
        String heads = graph.node("Reshape", value + ".heads", ops.widen(value), "shape.heads");
        String normed = ops.norm(heads, gammaName, attention.headDim());
        return ops.narrow(graph.node("Reshape", value + ".normed", normed, "shape.flat"));
    }

    private boolean padded() {
        return attention.paddedHeadDim() != attention.headDim();
    }

    /** Zeros behind every head: they add nothing to a score, and the values' zeros are cut off again. */
    private String pad(String value) {
        if (!padded()) {
            return value;
        }
        String heads = graph.node("Reshape", value + ".to_pad", value, "shape.heads");
        String wide = graph.node("Pad", value + ".wide", heads, "head.padding");
        return graph.node("Reshape", value + ".padded", wide, "shape.flat");
    }

    private String unpad(String value) {
        if (!padded()) {
            return value;
        }
        String heads = graph.node("Reshape", value + ".wide", value, "shape.padded");
        String cut = graph.node("Slice", value + ".cut", heads, "head.start", "head.end", "head.axis");
        return graph.node("Reshape", value + ".unpadded", cut, "shape.flat");
    }
}
