package dev.steering.export.decoder;

import dev.steering.core.bundle.GraphContract;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.Projections;
import dev.steering.export.decoder.DecoderSpec.QueryGrowth;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The attention of one layer: projections, head norms, rotary embedding, grouped-query attention, output projection. */
final class AttentionBlock {
    /** Which input of GroupQueryAttention is added to the scores. */
    private static final int BIAS_INPUT = 10;

    /** Which input of GroupQueryAttention the sinks are. */
    private static final int SINKS_INPUT = 11;

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
        if (byHead() || padded()) {
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

    String write(int index, String input) {
        Layer layer = spec.layers().get(index);
        TensorNames names = spec.names();
        String prefix = names.layer(index) + "self_attn.";
        List<String> projected =
                projections(index, prefix, input).stream().map(this::clipped).toList();
        String q = normed(projected.get(0), names.of(Part.QUERY_NORM, index), attention.heads(), false);
        String k = normed(projected.get(1), names.of(Part.KEY_NORM, index), attention.kvHeads(), false);
        boolean turned = layer.rotary() != Layer.NO_ROTARY;
        boolean inside = turned && rotary.insideAttention(layer.rotary());
        if (turned && !inside) {
            q = rotary.rotated(layer.rotary(), q, attention.heads());
            k = rotary.rotated(layer.rotary(), k, attention.kvHeads());
        }
        q = grown(normed(q, names.of(Part.QUERY_NORM, index), attention.heads(), true));
        k = normed(k, names.of(Part.KEY_NORM, index), attention.kvHeads(), true);
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
        if (!attention.slopes().isEmpty()) {
            fill(inputs, BIAS_INPUT);
            inputs.add(ops.narrow(rotary.slopes(attention.slopes())));
        }
        if (attention.sinks()) {
            fill(inputs, SINKS_INPUT);
            inputs.add(ops.weight(names.of(Part.SINKS, index), ops.precision(), attention.heads()));
        }
        String attended = prefix + "attended";
        graph.fused(
                "GroupQueryAttention",
                inputs,
                List.of(attended, GraphContract.presentKey(index), GraphContract.presentValue(index)),
                attributes(layer, inside));
        int width = attention.heads() * attention.headDim();
        return ops.linear(
                names.of(Part.OUTPUT, index), unpad(attended), spec.hidden(), width, attention.outputBias());
    }

    private Map<String, Object> attributes(Layer layer, boolean rotaryInside) {
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

    private List<String> projections(int index, String prefix, String input) {
        long queries = (long) attention.heads() * attention.headDim();
        long keys = (long) attention.kvHeads() * attention.headDim();
        boolean bias = attention.inputBias();
        TensorNames names = spec.names();
        if (attention.projections() == Projections.SEPARATE) {
            return List.of(
                    ops.linear(names.of(Part.QUERY, index), input, queries, spec.hidden(), bias),
                    ops.linear(names.of(Part.KEY, index), input, keys, spec.hidden(), bias),
                    ops.linear(names.of(Part.VALUE, index), input, keys, spec.hidden(), bias));
        }
        String packed =
                ops.linear(names.of(Part.QUERY_KEY_VALUE, index), input, queries + 2 * keys, spec.hidden(), bias);
        List<String> parts = List.of(prefix + "q", prefix + "k", prefix + "v");
        if (attention.projections() == Projections.BY_KEY) {
            return splitByKey(prefix, packed, parts);
        }
        if (!graph.has("qkv.sizes")) {
            graph.longs("qkv.sizes", new long[] {queries, keys, keys}, 3);
        }
        graph.node("Split", List.of(packed, "qkv.sizes"), parts, Map.of("axis", 2L));
        return parts;
    }

    /** A key's queries, itself and its value side by side. */
    private List<String> splitByKey(String prefix, String packed, List<String> parts) {
        long size = attention.headDim();
        long queries = attention.heads() / attention.kvHeads() * size;
        if (!graph.has("shape.keys")) {
            graph.longs("shape.keys", new long[] {0, 0, attention.kvHeads(), queries + 2 * size}, 4);
            graph.longs("key.sizes", new long[] {queries, size, size}, 3);
        }
        String byKey = graph.node("Reshape", prefix + "qkv.keys", packed, "shape.keys");
        List<String> split = parts.stream().map(part -> part + ".keys").toList();
        graph.node("Split", List.of(byKey, "key.sizes"), split, Map.of("axis", 3L));
        return parts.stream()
                .map(part -> graph.node("Reshape", part, part + ".keys", "shape.flat"))
                .toList();
    }

    private static void fill(List<String> inputs, int until) {
        while (inputs.size() < until) {
            inputs.add("");
        }
    }

    private String clipped(String value) {
        if (attention.clip() == 0) {
            return value;
        }
        if (!graph.has("clip.most")) {
            graph.floats("clip.most", new float[] {(float) attention.clip()});
            graph.floats("clip.least", new float[] {(float) -attention.clip()});
        }
        List<String> inputs = List.of(value, ops.narrow("clip.least"), ops.narrow("clip.most"));
        graph.node("Clip", inputs, List.of(value + ".clipped"), Map.of());
        return value + ".clipped";
    }

    private boolean byHead() {
        return attention.headNorm() == HeadNorm.EACH_HEAD
                || attention.headNorm() == HeadNorm.EACH_HEAD_TURNED
                || attention.projections() == Projections.BY_KEY;
    }

    /** The norm of queries or keys that has its place before, or behind, the rotary embedding. */
    private String normed(String value, String norm, int heads, boolean turned) {
        HeadNorm how = attention.headNorm();
        if (how == HeadNorm.NONE || turned != (how == HeadNorm.EACH_HEAD_TURNED)) {
            return value;
        }
        if (how == HeadNorm.ALL_HEADS) {
            return ops.narrow(ops.headNorm(ops.widen(value), norm, (long) heads * attention.headDim()));
        }
        String split = graph.node("Reshape", value + ".heads", ops.widen(value), "shape.heads");
        String normed = ops.headNorm(split, norm, attention.headDim());
        return ops.narrow(graph.node("Reshape", value + ".normed", normed, "shape.flat"));
    }

    /** Queries, which some models make larger far behind in the text. */
    private String grown(String queries) {
        QueryGrowth growth = attention.growth();
        return growth == null
                ? queries
                : graph.node("Mul", queries + ".grown", queries, ops.narrow(rotary.growth(growth)));
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
