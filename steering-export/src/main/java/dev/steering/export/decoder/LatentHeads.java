package dev.steering.export.decoder;

import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.Latent;
import dev.steering.export.graph.GraphBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Queries, keys and values of one layer with latent attention. The part that is turned is put first in every head, where ONNX Runtime's
 * operator turns it; queries and keys are both laid out so, which no score sees.
 */
final class LatentHeads {
    /** The reference gives these norms no epsilon but the default. */
    private static final float EPSILON = 1e-6f;

    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final RotaryInputs rotary;
    private final GraphBuilder graph;
    private final HeadShapes shapes;
    private final int index;
    private final Attention attention;
    private final Latent latent;
    private final String prefix;

    LatentHeads(DecoderSpec spec, DecoderOps ops, RotaryInputs rotary, int index) {
        this.spec = spec;
        this.ops = ops;
        this.rotary = rotary;
        this.graph = ops.graph();
        this.shapes = new HeadShapes(graph);
        this.index = index;
        this.attention = spec.attention(index);
        this.latent = Objects.requireNonNull(attention.latent());
        this.prefix = spec.names().layer(index) + "self_attn.";
    }

    Heads write(String input) {
        sizes();
        String queries = queries(input);
        String q = turnedFirst("q", List.of(queries + ".turned", queries + ".plain"));
        int keyAndTurned = latent.keyRank() + latent.turned();
        String down = linear(Part.LATENT_KEY, input, keyAndTurned, spec.hidden(), attention.inputBias());
        String key = prefix + "key";
        graph.node(
                "Split", List.of(down, "latent.down"), List.of(key + ".latent", key + ".turned"), Map.of("axis", 2L));
        String normed = normed(key + ".latent", Part.LATENT_KEY_NORM, latent.keyRank());
        long width = (long) attention.heads() * (latent.plain() + latent.value());
        String up = linear(Part.LATENT_KEY_OUT, normed, width, latent.keyRank(), false);
        String heads = shapes.heads(key + ".heads", up, latent.plain() + latent.value());
        List<String> parts = List.of(key + ".plain", prefix + "value.heads");
        graph.node("Split", List.of(heads, "latent.up"), parts, Map.of("axis", 3L));
        String one = shapes.heads(key + ".one", key + ".turned", latent.turned());
        graph.node("Shape", key + ".shape", queries + ".turned");
        String shared = graph.node("Expand", key + ".shared", one, key + ".shape");
        String k = turnedFirst("k", List.of(shared, parts.get(0)));
        return new Heads(
                rotary.rotated(layer(), q, attention.heads(), attention),
                rotary.rotated(layer(), k, attention.heads(), attention),
                shapes.flat(prefix + "value", parts.get(1)));
    }

    private String queries(String input) {
        long width = (long) attention.heads() * attention.headDim();
        String projected;
        if (latent.queryRank() == 0) {
            projected = linear(Part.QUERY, input, width, spec.hidden(), false);
        } else {
            String down = linear(Part.LATENT_QUERY, input, latent.queryRank(), spec.hidden(), attention.inputBias());
            String normed = normed(down, Part.LATENT_QUERY_NORM, latent.queryRank());
            projected = linear(Part.LATENT_QUERY_OUT, normed, width, latent.queryRank(), false);
        }
        String name = prefix + "query";
        String heads = shapes.heads(name + ".heads", projected, attention.headDim());
        List<String> parts = List.of(name + ".plain", name + ".turned");
        graph.node("Split", List.of(heads, "latent.query"), parts, Map.of("axis", 3L));
        return name;
    }

    private String turnedFirst(String name, List<String> parts) {
        String joined = prefix + name + ".joined";
        graph.node("Concat", parts, List.of(joined), Map.of("axis", 3L));
        return shapes.flat(prefix + name, joined);
    }

    private int layer() {
        return spec.layers().get(index).rotary();
    }

    private String linear(Part part, String input, long out, long in, boolean bias) {
        return ops.linear(spec.names().of(part, index), input, out, in, bias);
    }

    private String normed(String value, Part norm, long size) {
        return ops.narrow(ops.headNorm(ops.widen(value), spec.names().of(norm, index), size, EPSILON));
    }

    private void sizes() {
        if (!graph.has("latent.query")) {
            graph.longs("latent.query", new long[] {latent.plain(), latent.turned()}, 2);
            graph.longs("latent.down", new long[] {latent.keyRank(), latent.turned()}, 2);
            graph.longs("latent.up", new long[] {latent.plain(), latent.value()}, 2);
        }
    }
}
