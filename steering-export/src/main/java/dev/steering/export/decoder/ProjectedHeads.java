package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.Projections;
import dev.steering.export.decoder.DecoderSpec.QueryGrowth;
import dev.steering.export.decoder.DecoderSpec.Value;
import dev.steering.export.graph.GraphBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Queries, keys and values of one layer that are projected at once: matrices, cuts, norms, rotary embedding, growth. */
final class ProjectedHeads {
    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final RotaryInputs rotary;
    private final GraphBuilder graph;
    private final HeadShapes shapes;
    private final int index;
    private final Layer layer;
    private final Attention attention;
    private final String prefix;

    ProjectedHeads(DecoderSpec spec, DecoderOps ops, RotaryInputs rotary, int index) {
        this.spec = spec;
        this.ops = ops;
        this.rotary = rotary;
        this.graph = ops.graph();
        this.shapes = new HeadShapes(graph);
        this.index = index;
        this.layer = spec.layers().get(index);
        this.attention = spec.attention(index);
        this.prefix = spec.names().layer(index) + "self_attn.";
    }

    /**
     * @param taken the heads whose keys and values the layer takes; null if it has its own
     */
    Heads write(String input, @Nullable Heads taken) {
        if (taken != null) {
            String own = linear(Part.QUERY, input, attention.heads());
            return new Heads(query(clipped(own)), taken.keys(), taken.values());
        }
        String packed = packed(input);
        if (packed != null && attentionTakesPacked()) {
            return Heads.together(packed);
        }
        List<String> projected = (packed == null ? projections(input) : split(packed))
                .stream().map(this::clipped).toList();
        return new Heads(query(projected.get(0)), key(projected.get(1)), value(projected));
    }

    private String query(String projected) {
        return grown(turned(projected, Part.QUERY_NORM, attention.heads()));
    }

    private String key(String projected) {
        return turned(projected, Part.KEY_NORM, attention.kvHeads());
    }

    private String turned(String projected, Part norm, int heads) {
        String value = normed(projected, norm, heads, false);
        boolean turn = layer.rotary() != Layer.NO_ROTARY && !rotary.insideAttention(layer.rotary(), attention);
        if (turn) {
            value = rotary.rotated(layer.rotary(), value, heads, attention);
        }
        return normed(value, norm, heads, true);
    }

    private String value(List<String> projected) {
        if (attention.value() == Value.PROJECTED) {
            return projected.get(2);
        }
        boolean ofKeys = attention.value() == Value.NORMED_KEYS;
        String value = projected.get(ofKeys ? 1 : 2);
        return bareNorm(value, prefix + "value");
    }

    /** An RMS norm of every head without a weight. */
    private String bareNorm(String value, String name) {
        String ones = "norm.ones." + attention.headDim();
        if (!graph.has(ones)) {
            float[] values = new float[attention.headDim()];
            Arrays.fill(values, 1);
            graph.floats(ones, values, attention.headDim());
        }
        String heads = shapes.heads(name + ".heads", ops.widen(value), attention.headDim());
        graph.node(
                "SimplifiedLayerNormalization",
                List.of(heads, ones),
                List.of(name + ".normed"),
                Map.of("epsilon", (float) spec.norms().epsilon(), "axis", -1L, "stash_type", 1L));
        return ops.narrow(shapes.flat(name + ".flat", name + ".normed"));
    }

    private String linear(Part part, String input, int heads) {
        long width = (long) heads * attention.headDim();
        return ops.linear(spec.names().of(part, index), input, width, spec.hidden(), attention.inputBias());
    }

    /** Queries, keys and values by one product; null if there are three, or what is needed is no such three. */
    private @Nullable String packed(String input) {
        if (attention.projections() != Projections.SEPARATE) {
            return linear(Part.QUERY_KEY_VALUE, input, attention.heads() + 2 * attention.kvHeads());
        }
        // ONNX Runtime multiplies half precision in single and rounds the product where somebody wants it rounded: a
        // cut would, for all.
        boolean rounded = ops.precision() != DType.F32 && !attentionTakesPacked();
        if (attention.gated() || attention.value() == Value.NORMED_KEYS || rounded) {
            return null;
        }
        List<String> parts = Stream.of(Part.QUERY, Part.KEY, Part.VALUE)
                .map(part -> spec.names().of(part, index))
                .toList();
        return ops.stacked(prefix + "qkv", parts, input, sizes(), spec.hidden(), attention.inputBias());
    }

    private List<Long> sizes() {
        long keys = (long) attention.kvHeads() * attention.headDim();
        return List.of((long) attention.heads() * attention.headDim(), keys, keys);
    }

    /** Whether nothing happens to the heads between the product and attention, and no other layer takes them. */
    private boolean attentionTakesPacked() {
        boolean turned = layer.rotary() == Layer.NO_ROTARY || rotary.insideAttention(layer.rotary(), attention);
        return turned
                && attention.projections() != Projections.BY_KEY
                && attention.headNorm() == HeadNorm.NONE
                && attention.value() == Value.PROJECTED
                && attention.growth() == null
                && attention.clip() == 0
                && attention.headDim() == attention.paddedHeadDim()
                && spec.layers().stream().allMatch(other -> other.keysOf() == Layer.OWN_KEYS);
    }

    private List<String> projections(String input) {
        String queries = attention.gated() ? gatedQueries(input) : linear(Part.QUERY, input, attention.heads());
        String keys = linear(Part.KEY, input, attention.kvHeads());
        return attention.value() == Value.NORMED_KEYS
                ? List.of(queries, keys)
                : List.of(queries, keys, linear(Part.VALUE, input, attention.kvHeads()));
    }

    private List<String> split(String packed) {
        List<String> parts = List.of(prefix + "q", prefix + "k", prefix + "v");
        if (attention.projections() == Projections.BY_KEY) {
            return splitByKey(packed, parts);
        }
        List<Long> sizes = sizes();
        String name = "qkv.sizes." + sizes.get(0) + "." + sizes.get(1);
        if (!graph.has(name)) {
            graph.longs(name, sizes.stream().mapToLong(Long::longValue).toArray(), 3);
        }
        graph.node("Split", List.of(packed, name), parts, Map.of("axis", 2L));
        return parts;
    }

    /** What the result of a layer's attention is multiplied by the sigmoid of. */
    static String gate(String layer) {
        return layer + "self_attn.gate";
    }

    /** Every head's query with its gate behind it. */
    private String gatedQueries(String input) {
        String both = linear(Part.QUERY, input, 2 * attention.heads());
        String heads = shapes.heads(prefix + "gated.heads", both, 2 * attention.headDim());
        List<String> parts = List.of(prefix + "gated.q", prefix + "gated.gate");
        graph.node("Split", List.of(heads), parts, Map.of("axis", 3L, "num_outputs", 2L));
        String unused = shapes.flat(gate(spec.names().layer(index)), parts.get(1));
        return shapes.flat(prefix + "q", parts.get(0));
    }

    /** A key's queries, itself and its value side by side. */
    private List<String> splitByKey(String packed, List<String> parts) {
        long size = attention.headDim();
        long queries = attention.heads() / attention.kvHeads() * size;
        if (!graph.has("key.sizes")) {
            graph.longs("key.sizes", new long[] {queries, size, size}, 3);
        }
        String byKey = shapes.heads(prefix + "qkv.keys", packed, Math.toIntExact(queries + 2 * size));
        List<String> split = parts.stream().map(part -> part + ".keys").toList();
        graph.node("Split", List.of(byKey, "key.sizes"), split, Map.of("axis", 3L));
        return parts.stream().map(part -> shapes.flat(part, part + ".keys")).toList();
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

    /** The norm of queries or keys that has its place before, or behind, the rotary embedding. */
    private String normed(String value, Part part, int heads, boolean behind) {
        HeadNorm how = attention.headNorm();
        boolean turned = how == HeadNorm.EACH_HEAD_TURNED || how == HeadNorm.EACH_HEAD_TURNED_BARE;
        if (how == HeadNorm.NONE || behind != turned) {
            return value;
        }
        if (how == HeadNorm.EACH_HEAD_TURNED_BARE) {
            return bareNorm(value, value + ".bare");
        }
        String norm = spec.names().of(part, index);
        if (how == HeadNorm.ALL_HEADS) {
            return ops.narrow(ops.headNorm(ops.widen(value), norm, (long) heads * attention.headDim()));
        }
        String split = shapes.heads(value + ".heads", ops.widen(value), attention.headDim());
        String normed = ops.headNorm(split, norm, attention.headDim());
        return ops.narrow(shapes.flat(value + ".normed", normed));
    }

    /** Queries, which some models make larger far behind in the text. */
    private String grown(String queries) {
        QueryGrowth growth = attention.growth();
        return growth == null
                ? queries
                : graph.node("Mul", queries + ".grown", queries, ops.narrow(rotary.growth(growth)));
    }
}
