package dev.steering.gradient;

import dev.steering.export.decoder.Activation;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.Mlp;
import dev.steering.gradient.FrozenWeights.Rows;
import dev.steering.gradient.tape.Tape;
import java.util.Map;

/**
 * A decoder's forward pass over whole rows, without cache, in operators that have a gradient rule. What
 * {@link dev.steering.export.decoder.DecoderGraph} computes in fused ones.
 */
final class DifferentiableDecoder {
    private static final double GELU_SCALE = Math.sqrt(2 / Math.PI);
    private static final double GELU_CUBE = 0.044715;
    private static final double QUICK_GELU = 1.702;

    private final DecoderSpec spec;
    private final Tape tape;
    private final FrozenWeights weights;
    private final Places places;
    private final Attention attention;

    DifferentiableDecoder(DecoderSpec spec, Tape tape, FrozenWeights weights, Places places) {
        this.spec = spec;
        this.tape = tape;
        this.weights = weights;
        this.places = places;
        this.attention = spec.attention();
    }

    /** Rows of the embedding table, not scaled, {@code [batch, sequence, hidden]}. */
    String embedding(String tokens) {
        String table = spec.names().embedding();
        return weights.lookedUp(table, tokens, spec.names().tied(), spec.vocabulary(), spec.hidden());
    }

    /** The residual stream at point 0: the embeddings, scaled as the model does. */
    String scaledEmbedding(String embedding) {
        return scaled(embedding, spec.multipliers().embedding());
    }

    /** The residual stream at point l + 1, after layer l, from that at point l. */
    String layer(int index, String point) {
        String prefix = spec.names().layer(index);
        String attended = attention(spec.layers().get(index), prefix, norm(prefix + "input_layernorm", point));
        String middle = branch(point, attended, prefix + "post_attention_layernorm");
        String before = spec.norms().post() ? "pre_feedforward_layernorm" : "post_attention_layernorm";
        String gated = mlp(prefix + "mlp.", norm(prefix + before, middle));
        return branch(middle, gated, prefix + "post_feedforward_layernorm");
    }

    /** Logits of rows of the last point, {@code [n, hidden]} to {@code [n, vocabulary]}. */
    String logits(String rows) {
        String normed = norm(stem(spec.names().finalNorm()), rows);
        String head = weights.get(spec.names().head(), spec.vocabulary(), spec.hidden());
        String product = tape.product(normed, false, head, true, 1);
        return softcapped(
                scaled(product, 1 / spec.multipliers().logitsDivisor()),
                spec.multipliers().logitsSoftcap());
    }

    private static String stem(String weight) {
        return weight.substring(0, weight.length() - ".weight".length());
    }

    private String branch(String residual, String output, String postNorm) {
        String normed = spec.norms().post() ? norm(postNorm, output) : output;
        return tape.node("Add", residual, scaled(normed, spec.multipliers().residual()));
    }

    /** x / sqrt(sum(x^2) / size + epsilon) * weight over the last axis. */
    private String norm(String name, String input) {
        long size = Long.parseLong(tape.shape(input).axis(-1));
        String squares = tape.node("ReduceSumSquare", Map.of("keepdims", 1L), input, tape.longs(-1));
        String mean = tape.node("Mul", squares, tape.number(1.0 / size));
        String root = tape.node(
                "Sqrt", tape.node("Add", mean, tape.number(spec.norms().epsilon())));
        String gamma = weights.get(name + ".weight", size);
        if (spec.norms().offset() != 0) {
            gamma = tape.node("Add", gamma, tape.number(spec.norms().offset()));
        }
        return tape.node("Mul", tape.node("Div", input, root), gamma);
    }

    private String attention(Layer layer, String prefix, String input) {
        String block = prefix + "self_attn.";
        long queries = (long) attention.heads() * attention.headDim();
        long keys = (long) attention.kvHeads() * attention.headDim();
        String q = projected(block, "q_proj", new Rows(0, queries), input);
        String k = projected(block, "k_proj", new Rows(queries, keys), input);
        String v = projected(block, "v_proj", new Rows(queries + keys, keys), input);
        q = places.turned(layer, byHead(headNorm(heads(attention.heads(), q), block + "q_norm")));
        k = places.turned(layer, byHead(headNorm(heads(attention.kvHeads(), k), block + "k_norm")));
        v = byHead(heads(attention.kvHeads(), v));
        String mixed = mixed(q, k, v, places.mask(layer.window()));
        return linear(block + "o_proj", mixed, spec.hidden(), queries, attention.outputBias());
    }

    /** A matrix that has its own name or, packed, is rows of one that several share. */
    private record Part(String name, String packed, Rows rows, long allRows) {}

    private String part(String block, Part part, boolean packed, String input, boolean bias) {
        long out = part.rows().count();
        if (!packed) {
            return linear(block + part.name(), input, out, spec.hidden(), bias);
        }
        String name = block + part.packed();
        String weight = weights.rows(name + ".weight", part.rows(), part.allRows(), spec.hidden());
        String product = tape.product(input, false, weight, true, 1);
        return bias ? tape.node("Add", product, weights.rows(name + ".bias", part.rows(), part.allRows())) : product;
    }

    private String linear(String name, String input, long out, long in, boolean bias) {
        String weight = weights.get(name + ".weight", out, in);
        String product = tape.product(input, false, weight, true, 1);
        return bias ? tape.node("Add", product, weights.get(name + ".bias", out)) : product;
    }

    private String projected(String block, String name, Rows rows, String input) {
        long all = ((long) attention.heads() + 2L * attention.kvHeads()) * attention.headDim();
        return part(block, new Part(name, "qkv_proj", rows, all), attention.packed(), input, attention.inputBias());
    }

    private String heads(int count, String input) {
        return tape.node("Reshape", input, tape.longs(0, 0, count, attention.headDim()));
    }

    private String headNorm(String heads, String name) {
        return attention.headNorm() ? norm(name, heads) : heads;
    }

    /** {@code [batch, sequence, heads, headDim]} to {@code [batch, heads, sequence, headDim]}, and back. */
    private String byHead(String heads) {
        return tape.node("Transpose", Map.of("perm", new long[] {0, 2, 1, 3}), heads);
    }

    /**
     * The query heads of one key/value head are laid out one after the other, as if they were more positions: their keys and values
     * need not be repeated.
     */
    private String mixed(String q, String k, String v, String mask) {
        boolean capped = attention.softcap() != 0;
        double scale = capped ? attention.scale() / attention.softcap() : attention.scale();
        String grouped = tape.node("Reshape", q, tape.longs(0, attention.kvHeads(), -1, attention.headDim()));
        String scores = tape.product(grouped, false, k, true, (float) scale);
        if (capped) {
            scores = tape.node("Mul", tape.node("Tanh", scores), tape.number(attention.softcap()));
        }
        String shares = tape.node("Softmax", Map.of("axis", -1L), tape.node("Add", scores, mask));
        String values = tape.product(shares, false, v, false, 1);
        String heads = tape.node("Reshape", values, tape.longs(0, attention.heads(), -1, attention.headDim()));
        return tape.node("Reshape", byHead(heads), tape.longs(0, 0, (long) attention.heads() * attention.headDim()));
    }

    private String mlp(String block, String input) {
        Mlp mlp = spec.mlp();
        Part first = new Part("gate_proj", "gate_up_proj", new Rows(0, mlp.width()), 2L * mlp.width());
        Part second = new Part("up_proj", "gate_up_proj", new Rows(mlp.width(), mlp.width()), 2L * mlp.width());
        String gate = part(block, first, mlp.packed(), input, mlp.bias());
        String up = part(block, second, mlp.packed(), input, mlp.bias());
        String gated = tape.node("Mul", activated(mlp.activation(), gate), up);
        return linear(block + "down_proj", gated, spec.hidden(), mlp.width(), mlp.bias());
    }

    private String activated(Activation activation, String x) {
        return switch (activation) {
            case SILU -> tape.node("Mul", x, tape.node("Sigmoid", x));
            case QUICK_GELU -> tape.node("Mul", x, tape.node("Sigmoid", scaled(x, QUICK_GELU)));
            case GELU -> halved(x, tape.node("Erf", scaled(x, Math.sqrt(0.5))));
            case GELU_TANH -> {
                String square = tape.node("Mul", x, x);
                String inner = tape.node("Add", scaled(square, GELU_SCALE * GELU_CUBE), tape.number(GELU_SCALE));
                yield halved(x, tape.node("Tanh", tape.node("Mul", x, inner)));
            }
            case RELU -> tape.node("Relu", x);
            case RELU_SQUARED -> {
                String positive = tape.node("Relu", x);
                yield tape.node("Mul", positive, positive);
            }
        };
    }

    /** x (1 + s) / 2. */
    private String halved(String x, String s) {
        return tape.node("Mul", scaled(x, 0.5), tape.node("Add", s, tape.number(1)));
    }

    private String scaled(String value, double factor) {
        return factor == 1 ? value : tape.node("Mul", value, tape.number(factor));
    }

    /** {@code cap * tanh(x / cap)}; x itself if the cap is 0. */
    private String softcapped(String value, double cap) {
        return cap == 0 ? value : scaled(tape.node("Tanh", scaled(value, 1 / cap)), cap);
    }
}
