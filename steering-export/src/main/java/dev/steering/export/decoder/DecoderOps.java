package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderWeights.Location;
import dev.steering.export.decoder.DecoderWeights.Matrix;
import dev.steering.export.decoder.DecoderWeights.Plain;
import dev.steering.export.decoder.DecoderWeights.Quantized;
import dev.steering.export.decoder.DecoderWeights.QuantizedFormat;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weights, norms, linear layers and conversions, written into a graph.
 *
 * <p>The residual stream and all norms are in single precision whatever the graph's own precision is: Gemma's residual stream
 * leaves the range of half precision, and steering and capture want to see it unrounded.
 */
final class DecoderOps {
    private static final float QUICK_GELU_ALPHA = 1.702f;

    private final DecoderSpec spec;
    private final DecoderWeights weights;
    private final GraphBuilder graph;
    private final DType precision;

    DecoderOps(DecoderSpec spec, DecoderWeights weights, GraphBuilder graph, DType precision) {
        this.spec = spec;
        this.weights = weights;
        this.graph = graph;
        this.precision = precision;
    }

    /** What linear layers and attention compute in. */
    DType precision() {
        return precision;
    }

    GraphBuilder graph() {
        return graph;
    }

    /** A weight in the type that is asked for; another one is converted by a Cast that ONNX Runtime folds at load. */
    String weight(String name, DType type, long... shape) {
        return weight(name, type, weights.locate(name, shape));
    }

    /** A weight as it is stored. */
    String stored(String name, long... shape) {
        return external(name, weights.locate(name, shape));
    }

    private String weight(String name, DType type, Location at) {
        external(name, at);
        return at.type() == type ? name : castOnce(name, type);
    }

    private String external(String name, Location at) {
        return graph.has(name) ? name : graph.external(name, at.type(), at.shape(), at.file(), at.offset(), at.bytes());
    }

    /** Weight of a norm; Gemma's offset is added by a node that ONNX Runtime folds at load. */
    private String gamma(String name, long size) {
        if (!spec.norms().weight() && size == spec.hidden() && !weights.has(name)) {
            return ones(size);
        }
        String weight = weight(name, DType.F32, size);
        if (spec.norms().offset() == 0) {
            return weight;
        }
        String shifted = name + ".shifted";
        if (!graph.has("norm.offset")) {
            graph.floats("norm.offset", new float[] {(float) spec.norms().offset()});
        }
        return graph.has(shifted) ? shifted : graph.node("Add", shifted, weight, "norm.offset");
    }

    private String ones(long size) {
        if (!graph.has("norm.ones")) {
            float[] ones = new float[Math.toIntExact(size)];
            Arrays.fill(ones, 1);
            graph.floats("norm.ones", ones, size);
        }
        return "norm.ones";
    }

    /** RMS norm of every part of some size of the last axis, whatever the norms of the residual stream are. */
    String headNorm(String input, String norm, long size) {
        return rmsNorm(input, norm, size, epsilon());
    }

    String headNorm(String input, String norm, long size, float epsilon) {
        return rmsNorm(input, norm, size, epsilon);
    }

    /** Norm of the residual stream, or of what is added to it. */
    String norm(String input, String norm) {
        if (!spec.norms().centred()) {
            return rmsNorm(input, norm, spec.hidden(), epsilon());
        }
        String output = norm + ".output";
        graph.node(
                "LayerNormalization",
                gains(norm, input),
                List.of(output),
                Map.of("epsilon", epsilon(), "axis", -1L, "stash_type", 1L));
        return output;
    }

    /** norm(branch + skip); the sum itself is defined as {@code sum}. */
    String skipNorm(String branch, String skip, String norm, String sum) {
        String output = norm + ".output";
        graph.fused(
                spec.norms().centred() ? "SkipLayerNormalization" : "SkipSimplifiedLayerNormalization",
                gains(norm, branch, skip),
                List.of(output, "", "", sum),
                Map.of("epsilon", epsilon()));
        return output;
    }

    private String rmsNorm(String input, String norm, long size, float epsilon) {
        String output = norm + ".output";
        graph.node(
                "SimplifiedLayerNormalization",
                List.of(input, gamma(norm + ".weight", size)),
                List.of(output),
                Map.of("epsilon", epsilon, "axis", -1L, "stash_type", 1L));
        return output;
    }

    private List<String> gains(String norm, String... inputs) {
        List<String> all = new ArrayList<>(List.of(inputs));
        all.add(gamma(norm + ".weight", spec.hidden()));
        if (spec.norms().bias()) {
            all.add(weight(norm + ".bias", DType.F32, spec.hidden()));
        }
        return all;
    }

    /** {@code input * weight^T + bias}, in the graph's precision. */
    String linear(String prefix, String input, long out, long in, boolean bias) {
        String product = prefix + ".product";
        String weight = prefix + ".weight";
        if (spec.names().inputRows()) {
            rowsOfInputs(weight, input, product, out, in);
        } else {
            product(weight, weights.matrix(weight, out, in), input, product, out, in);
        }
        return bias
                ? graph.node("Add", prefix + ".output", product, weight(prefix + ".bias", precision, out))
                : product;
    }

    /**
     * Several linear layers of one input as one product, their outputs side by side.
     *
     * @param name of the product
     * @param parts prefixes of the layers
     * @param outs rows of each
     * @param in columns of all
     * @return the outputs; null if the matrices do not lie together, and the layers have to be written one by one
     */
    @Nullable
    String stacked(String name, List<String> parts, String input, List<Long> outs, long in, boolean bias) {
        List<String> matrices = parts.stream().map(part -> part + ".weight").toList();
        Matrix all = spec.names().inputRows()
                ? null
                : weights.stacked(matrices, outs, in).orElse(null);
        if (all == null) {
            return null;
        }
        String product = name + ".product";
        product(
                name + ".weight",
                all,
                input,
                product,
                outs.stream().mapToLong(Long::longValue).sum(),
                in);
        if (!bias) {
            return product;
        }
        List<String> biases = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            biases.add(weight(parts.get(i) + ".bias", precision, outs.get(i)));
        }
        // ONNX Runtime does this once, when it opens the graph.
        graph.node("Concat", biases, List.of(name + ".bias"), Map.of("axis", 0L));
        return graph.node("Add", name + ".output", product, name + ".bias");
    }

    /** One of the matrices that a tensor {@code [count, rows, columns]} holds, and {@code input} times it, transposed or not. */
    String stackedProduct(Stacked from, String input, boolean transposed, String product) {
        Location whole = weights.locate(from.name(), from.count(), from.rows(), from.columns());
        String matrix = weight(from.name() + "[" + from.index() + "]", precision, part(whole, from.index()));
        graph.fused("FusedMatMul", List.of(input, matrix), List.of(product), Map.of("transB", transposed ? 1L : 0L));
        return product;
    }

    /** {@code value} plus one of the vectors that a tensor {@code [count, size]} holds. */
    String stackedBias(String name, int count, int index, long size, String value) {
        Location whole = weights.locate(name, count, size);
        String bias = weight(name + "[" + index + "]", precision, part(whole, index));
        return graph.node("Add", value + ".biased", value, bias);
    }

    /**
     * One matrix of several in a tensor.
     *
     * @param name the tensor
     * @param count how many it holds
     * @param index which
     * @param rows of each
     * @param columns of each
     */
    record Stacked(String name, int count, int index, long rows, long columns) {}

    private static Location part(Location whole, int index) {
        long bytes = whole.bytes() / whole.shape().get(0);
        List<Long> shape = whole.shape().subList(1, whole.shape().size());
        return new Location(whole.file(), whole.type(), shape, whole.offset() + index * bytes, bytes);
    }

    /** {@code input * head^T + bias}, in the graph's precision. */
    String head(String input) {
        String name = spec.names().head();
        String product = "head.output";
        product(name, headMatrix(), input, product, spec.vocabulary(), spec.hidden());
        return spec.headBias()
                ? graph.node("Add", "head.biased", product, weight(stem(name) + ".bias", precision, spec.vocabulary()))
                : product;
    }

    /** Whether the head is not a table in the graph's precision. */
    boolean headIsQuantized() {
        return headMatrix() instanceof Quantized;
    }

    private Matrix headMatrix() {
        return weights.head(spec.names().head(), spec.vocabulary(), spec.hidden());
    }

    private void product(String name, Matrix matrix, String input, String product, long out, long in) {
        if (matrix instanceof Plain plain) {
            String weight = weight(name, precision, plain.location());
            graph.fused("FusedMatMul", List.of(input, weight), List.of(product), Map.of("transB", 1L));
        } else if (matrix instanceof Quantized quantized) {
            quantizedProduct(name, quantized, input, product, out, in);
        }
    }

    /** A matrix {@code [in, out]} as it is: quantisation goes along rows, and these are the wrong ones. */
    private void rowsOfInputs(String name, String input, String product, long out, long in) {
        if (weights.matrix(name, in, out) instanceof Plain plain) {
            graph.fused(
                    "FusedMatMul",
                    List.of(input, weight(name, precision, plain.location())),
                    List.of(product),
                    Map.of());
            return;
        }
        throw new IllegalStateException(name + " has a row for every input and cannot be quantised");
    }

    private void quantizedProduct(String name, Quantized matrix, String input, String product, long out, long in) {
        QuantizedFormat format = matrix.format();
        List<String> inputs = new ArrayList<>(List.of(
                ordered(name, matrix, input),
                external(name + ".packed", matrix.packed()),
                weight(name + ".scales", precision, matrix.scales())));
        Location zeroPoints = matrix.zeroPoints();
        if (zeroPoints != null) {
            inputs.add(external(name + ".zero_points", zeroPoints));
        }
        graph.fused(
                "MatMulNBits",
                inputs,
                List.of(product),
                Map.of(
                        "K", in,
                        "N", out,
                        "bits", (long) format.bits(),
                        "block_size", (long) format.blockSize(),
                        "accuracy_level", (long) format.accuracyLevel()));
    }

    /** Inputs as the matrix has its columns. */
    private String ordered(String name, Quantized matrix, String input) {
        Location order = matrix.order();
        if (order == null) {
            return input;
        }
        String ordered = name + ".inputs";
        graph.node("Gather", List.of(input, external(name + ".order", order)), List.of(ordered), Map.of("axis", -1L));
        return ordered;
    }

    /** A value behind its activation, under a name. */
    String activated(Activation activation, String name, String gate) {
        switch (activation) {
            // QuickGelu is x * sigmoid(alpha x): SiLU in one pass.
            case SILU -> graph.fused("QuickGelu", List.of(gate), List.of(name), Map.of("alpha", 1.0f));
            case QUICK_GELU ->
                graph.fused("QuickGelu", List.of(gate), List.of(name), Map.of("alpha", QUICK_GELU_ALPHA));
            case GELU -> graph.fused("Gelu", List.of(gate), List.of(name), Map.of());
            case GELU_TANH -> graph.fused("FastGelu", List.of(gate), List.of(name), Map.of());
            case RELU -> graph.node("Relu", name, gate);
            case RELU_SQUARED -> {
                String positive = graph.node("Relu", name + ".positive", gate);
                graph.node("Mul", name, positive, positive);
            }
            case XIELU -> throw new IllegalStateException("xIELU has numbers of its layer");
        }
        return name;
    }

    /** {@code input * factor} in single precision; the input itself if the factor is 1. */
    String scaled(String input, double factor) {
        if (factor == 1) {
            return input;
        }
        graph.floats(input + ".factor", new float[] {(float) factor});
        return graph.node("Mul", input + ".scaled", input, input + ".factor");
    }

    /** The same under a name of its own: for inputs that have several factors. */
    String times(String name, String input, double factor) {
        if (factor == 1) {
            return input;
        }
        graph.floats(name + ".factor", new float[] {(float) factor});
        return graph.node("Mul", name, input, name + ".factor");
    }

    /** {@code cap * tanh(input / cap)} in single precision; the input itself if the cap is 0. */
    String softcapped(String input, double cap) {
        if (cap == 0) {
            return input;
        }
        graph.floats(input + ".cap", new float[] {(float) cap});
        String divided = graph.node("Div", input + ".divided", input, input + ".cap");
        return graph.node("Mul", input + ".capped", graph.node("Tanh", input + ".tanh", divided), input + ".cap");
    }

    /** From the residual stream's precision to the graph's. */
    String narrow(String value) {
        return precision == DType.F32 ? value : castOnce(value, precision);
    }

    /** From the graph's precision to the residual stream's. */
    String widen(String value) {
        return precision == DType.F32 ? value : castOnce(value, DType.F32);
    }

    void cast(String from, String to, DType type) {
        graph.node("Cast", List.of(from), List.of(to), Map.of("to", (long) type.onnxNumber()));
    }

    private String castOnce(String value, DType type) {
        String converted = value + "." + type.name().toLowerCase(Locale.ROOT);
        if (!graph.has(converted)) {
            cast(value, converted, type);
        }
        return converted;
    }

    private float epsilon() {
        return (float) spec.norms().epsilon();
    }

    private static String stem(String weightName) {
        return weightName.substring(0, weightName.length() - ".weight".length());
    }
}
