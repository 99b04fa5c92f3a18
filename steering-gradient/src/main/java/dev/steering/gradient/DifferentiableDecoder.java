package dev.steering.gradient;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.export.decoder.Activation;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.LearnedPositions;
import dev.steering.export.decoder.DecoderSpec.Mlp;
import dev.steering.export.decoder.DecoderSpec.Projections;
import dev.steering.export.decoder.DecoderSpec.Value;
import dev.steering.export.decoder.Part;
import dev.steering.export.decoder.TensorNames;
import dev.steering.gradient.FrozenWeights.Rows;
import dev.steering.gradient.tape.Tape;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** @throws SteeringException naming what has no differentiable form here */
    DifferentiableDecoder(DecoderSpec spec, Tape tape, FrozenWeights weights, Places places) {
        requireKnown(spec);
        this.spec = spec;
        this.tape = tape;
        this.weights = weights;
        this.places = places;
        this.attention = spec.attention();
    }

    private static void requireKnown(DecoderSpec spec) {
        Map<String, Boolean> missing = new LinkedHashMap<>();
        missing.put("mixtures of experts", spec.experts() != null);
        missing.put("latent attention", spec.attention().latent() != null);
        missing.put("attention sinks", spec.attention().sinks());
        missing.put("clipped queries, keys and values", spec.attention().clip() != 0);
        missing.put("layers without softmax attention", !spec.softmaxOnly());
        missing.put("gated attention", spec.attention().gated());
        missing.put(
                "normed values and layers of different sizes", spec.attention().value() != Value.PROJECTED);
        missing.put("several residual streams", spec.streams() != null);
        missing.put(
                "layers of different kinds",
                spec.layers().stream().anyMatch(layer -> layer.attention() != null || layer.mlp() != null));
        missing.put("embeddings for every layer", spec.perLayer() != null);
        missing.put("the activation xIELU", spec.mlp().activation() == Activation.XIELU);
        missing.put("factors of layers", spec.multipliers().ofLayers());
        missing.forEach((what, has) -> {
            if (has) {
                throw new BadRequest("Gradients are not implemented for " + spec.architecture() + ", which has " + what
                        + ". Directions by mean difference and all other methods work without gradients.");
            }
        });
    }

    /** Rows of the embedding table, not scaled, {@code [batch, sequence, hidden]}. */
    String embedding(String tokens) {
        String table = spec.names().embedding();
        return weights.lookedUp(table, tokens, spec.names().tied(), spec.vocabulary(), spec.hidden());
    }

    /** The residual stream at point 0: the embeddings, scaled and with their positions, as the model does. */
    String scaledEmbedding(String embedding) {
        String scaled = scaled(embedding, spec.multipliers().embedding());
        LearnedPositions learned = spec.positions();
        if (learned != null) {
            return tape.node(
                    "Add", scaled, places.learned(weights, spec.names().of(Part.POSITIONS) + ".weight", learned));
        }
        return spec.norms().ofEmbedding() ? norm(spec.names().of(Part.EMBEDDING_NORM), scaled) : scaled;
    }

    /** The residual stream at point l + 1, after layer l, from that at point l. */
    String layer(int index, String point) {
        TensorNames names = spec.names();
        Flow flow = spec.flow();
        String normed = flow.normsBefore() ? norm(names.of(Part.ATTENTION_NORM, index), point) : point;
        String attended = attention(index, normed);
        if (flow.parallel()) {
            String second = flow == Flow.PARALLEL ? normed : norm(names.of(Part.MLP_NORM, index), point);
            String both = tape.node("Add", attended, mlp(index, second));
            return tape.node("Add", point, scaled(both, spec.multipliers().residual()));
        }
        String middle = branch(point, attended, names.of(Part.ATTENTION_POST_NORM, index));
        String mlpInput = flow.normsBefore() ? norm(names.of(Part.MLP_NORM, index), middle) : middle;
        return branch(middle, mlp(index, mlpInput), names.of(Part.MLP_POST_NORM, index));
    }

    /** Logits of rows of the last point, {@code [n, hidden]} to {@code [n, vocabulary]}. */
    String logits(String rows) {
        String normed = norm(spec.names().of(Part.FINAL_NORM), rows);
        String head = weights.get(spec.names().head(), spec.vocabulary(), spec.hidden());
        String product = tape.product(normed, false, head, true, 1);
        String output = spec.headBias()
                ? tape.node("Add", product, weights.get(stem(spec.names().head()) + ".bias", spec.vocabulary()))
                : product;
        return softcapped(
                scaled(output, 1 / spec.multipliers().logitsDivisor()),
                spec.multipliers().logitsSoftcap());
    }

    private static String stem(String weight) {
        return weight.substring(0, weight.length() - ".weight".length());
    }

    private String branch(String residual, String output, String postNorm) {
        String normed = spec.flow().normsBehind() ? norm(postNorm, output) : output;
        return tape.node("Add", residual, scaled(normed, spec.multipliers().residual()));
    }

    /** The norms of the residual stream: RMS norms or layer norms. */
    private String norm(String name, String input) {
        String centred = input;
        if (spec.norms().centred()) {
            String sum = tape.node("ReduceSum", Map.of("keepdims", 1L), input, tape.longs(-1));
            centred = tape.node("Sub", input, scaled(sum, 1.0 / spec.hidden()));
        }
        String normed = rmsNorm(name, centred);
        return spec.norms().bias() ? tape.node("Add", normed, weights.get(name + ".bias", spec.hidden())) : normed;
    }

    /** x / sqrt(sum(x^2) / size + epsilon) * weight over the last axis. */
    private String rmsNorm(String name, String input) {
        long size = Long.parseLong(tape.shape(input).axis(-1));
        String squares = tape.node("ReduceSumSquare", Map.of("keepdims", 1L), input, tape.longs(-1));
        String mean = tape.node("Mul", squares, tape.number(1.0 / size));
        String root = tape.node(
                "Sqrt", tape.node("Add", mean, tape.number(spec.norms().epsilon())));
        if (!spec.norms().weight() && size == spec.hidden()) {
            return tape.node("Div", input, root);
        }
        String gamma = weights.get(name + ".weight", size);
        if (spec.norms().offset() != 0) {
            gamma = tape.node("Add", gamma, tape.number(spec.norms().offset()));
        }
        return tape.node("Mul", tape.node("Div", input, root), gamma);
    }

    private String attention(int index, String input) {
        Layer layer = spec.layers().get(index);
        TensorNames names = spec.names();
        long queries = (long) attention.heads() * attention.headDim();
        long keys = (long) attention.kvHeads() * attention.headDim();
        List<String> parts = attention.projections() == Projections.BY_KEY
                ? byKey(names.of(Part.QUERY_KEY_VALUE, index), input)
                : List.of(
                        heads(attention.heads(), projected(Part.QUERY, index, new Rows(0, queries), input)),
                        heads(attention.kvHeads(), projected(Part.KEY, index, new Rows(queries, keys), input)),
                        heads(
                                attention.kvHeads(),
                                projected(Part.VALUE, index, new Rows(queries + keys, keys), input)));
        String q = turned(layer, parts.get(0), names.of(Part.QUERY_NORM, index), attention.heads());
        String k = turned(layer, parts.get(1), names.of(Part.KEY_NORM, index), attention.kvHeads());
        if (attention.growth() != null) {
            q = tape.node("Mul", q, places.growth(attention.growth()));
        }
        String mixed = mixed(q, k, byHead(parts.get(2)), places.mask(layer.window()));
        return linear(names.of(Part.OUTPUT, index), mixed, spec.hidden(), queries, attention.outputBias());
    }

    /** {@code [batch, sequence, heads, headDim]} with its norm and turned, as {@code [batch, heads, sequence, headDim]}. */
    private String turned(Layer layer, String heads, String norm, int count) {
        return switch (attention.headNorm()) {
            case NONE -> places.turned(layer, byHead(heads));
            case EACH_HEAD -> places.turned(layer, byHead(rmsNorm(norm, heads)));
            case EACH_HEAD_TURNED_BARE -> throw new IllegalStateException("norms of heads without weights");
            case EACH_HEAD_TURNED -> rmsNorm(norm, places.turned(layer, byHead(heads)));
            case ALL_HEADS -> {
                String flat = tape.node("Reshape", heads, tape.longs(0, 0, (long) count * attention.headDim()));
                yield places.turned(layer, byHead(heads(count, rmsNorm(norm, flat))));
            }
        };
    }

    /** Queries, keys and values that are stored key by key, each {@code [batch, sequence, heads, headDim]}. */
    private List<String> byKey(String name, String input) {
        long size = attention.headDim();
        long queries = attention.heads() / attention.kvHeads() * size;
        long rows = (queries + 2 * size) * attention.kvHeads();
        String product = linear(name, input, rows, spec.hidden(), attention.inputBias());
        String keys = tape.node("Reshape", product, tape.longs(0, 0, attention.kvHeads(), queries + 2 * size));
        return List.of(
                heads(attention.heads(), slice(keys, 0, queries)),
                slice(keys, queries, queries + size),
                slice(keys, queries + size, queries + 2 * size));
    }

    private String slice(String value, long from, long to) {
        return tape.node("Slice", value, tape.longs(from), tape.longs(to), tape.longs(3));
    }

    private String projected(Part part, int layer, Rows rows, String input) {
        boolean stacked = attention.projections() == Projections.STACKED;
        long all = ((long) attention.heads() + 2L * attention.kvHeads()) * attention.headDim();
        return part(
                stacked ? Part.QUERY_KEY_VALUE : part,
                layer,
                new Share(rows, all, stacked),
                input,
                attention.inputBias());
    }

    /** Rows of a matrix that several share, or of a matrix of their own. */
    private record Share(Rows rows, long allRows, boolean shared) {}

    private String part(Part part, int layer, Share share, String input, boolean bias) {
        String name = spec.names().of(part, layer);
        long out = share.rows().count();
        if (!share.shared()) {
            return linear(name, input, out, spec.hidden(), bias);
        }
        if (spec.names().inputRows()) {
            String all = linear(name, input, share.allRows(), spec.hidden(), bias);
            long from = share.rows().first();
            return tape.node("Slice", all, tape.longs(from), tape.longs(from + out), tape.longs(2));
        }
        String weight = weights.rows(name + ".weight", share.rows(), share.allRows(), spec.hidden());
        String product = tape.product(input, false, weight, true, 1);
        return bias ? tape.node("Add", product, weights.rows(name + ".bias", share.rows(), share.allRows())) : product;
    }

    private String linear(String name, String input, long out, long in, boolean bias) {
        boolean inputRows = spec.names().inputRows();
        String weight = inputRows ? weights.get(name + ".weight", in, out) : weights.get(name + ".weight", out, in);
        String product = tape.product(input, false, weight, !inputRows, 1);
        return bias ? tape.node("Add", product, weights.get(name + ".bias", out)) : product;
    }

    private String heads(int count, String input) {
        return tape.node("Reshape", input, tape.longs(0, 0, count, attention.headDim()));
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
        if (!attention.slopes().isEmpty()) {
            scores = tape.node("Add", scores, places.slopes(attention.slopes()));
        }
        String shares = tape.node("Softmax", Map.of("axis", -1L), tape.node("Add", scores, mask));
        String values = tape.product(shares, false, v, false, 1);
        String heads = tape.node("Reshape", values, tape.longs(0, attention.heads(), -1, attention.headDim()));
        return tape.node("Reshape", byHead(heads), tape.longs(0, 0, (long) attention.heads() * attention.headDim()));
    }

    private String mlp(int layer, String input) {
        Mlp mlp = spec.mlp();
        String inner;
        if (mlp.gated()) {
            Share first = new Share(new Rows(0, mlp.width()), 2L * mlp.width(), mlp.packed());
            Share second = new Share(new Rows(mlp.width(), mlp.width()), 2L * mlp.width(), mlp.packed());
            String gate = part(mlp.packed() ? Part.GATE_UP : Part.GATE, layer, first, input, mlp.bias());
            String up = part(mlp.packed() ? Part.GATE_UP : Part.UP, layer, second, input, mlp.bias());
            inner = tape.node("Mul", activated(mlp.activation(), gate), up);
        } else {
            String up = linear(spec.names().of(Part.UP, layer), input, mlp.width(), spec.hidden(), mlp.bias());
            inner = activated(mlp.activation(), up);
        }
        return linear(spec.names().of(Part.DOWN, layer), inner, spec.hidden(), mlp.width(), mlp.bias());
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
            case XIELU -> throw new IllegalStateException("xIELU is refused before");
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
