package dev.steering.export.decoder;

import static dev.steering.core.bundle.GraphContract.ATTENTION_MASK;
import static dev.steering.core.bundle.GraphContract.INPUT_IDS;
import static dev.steering.core.bundle.GraphContract.LOGITS;
import static dev.steering.core.bundle.GraphContract.LOGIT_POSITIONS;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.steering.core.bundle.GraphContract;
import dev.steering.export.graph.ElementType;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Llama-shaped decoder as an ONNX graph in ONNX Runtime's fused operators, with capture and steering at every
 * residual-stream point.
 *
 * <p>Per layer: RMS norm, q/k/v, grouped-query attention with rotary embedding inside, output projection, skip + RMS norm,
 * gated SiLU MLP. Biases are added where the checkpoint has them. A point's steering is added to the <em>skip</em> input of
 * the fused skip-norm, so that both the norm and the residual sum see it.
 */
public final class DecoderGraph {
    private static final List<String> SKIP_NORM_OUTPUTS_BEFORE_SUM = List.of("", "");

    private final DecoderSpec spec;
    private final DecoderWeights weights;
    private final RotaryTables.Location rotary;
    private final GraphBuilder graph;
    private final SteeringPoints points;

    private DecoderGraph(DecoderSpec spec, DecoderWeights weights, RotaryTables.Location rotary, boolean projection) {
        this.spec = spec;
        this.weights = weights;
        this.rotary = rotary;
        this.graph = new GraphBuilder(spec.architecture());
        this.points = new SteeringPoints(graph, spec.points(), spec.hidden(), projection);
    }

    /**
     * @param spec the decoder in numbers
     * @param weights where its weights are
     * @param rotary where its rotary tables are
     * @param projection whether the graph can also project directions out, at the price of three more nodes per layer
     * @return the model; weights are referenced, not contained
     */
    public static ModelProto build(
            DecoderSpec spec, DecoderWeights weights, RotaryTables.Location rotary, boolean projection) {
        return new DecoderGraph(spec, weights, rotary, projection).build();
    }

    private ModelProto build() {
        inputs();
        lengths();
        rotaryTables();
        String embedding = weight("model.embed_tokens.weight", spec.vocabulary(), spec.hidden());
        String embedded = graph.node("Gather", "embedded", embedding, INPUT_IDS);
        String residual = points.steerEmbedding(embedded);
        String normed = firstNorm(residual);
        for (int l = 0; l < spec.layers(); l++) {
            String prefix = "model.layers." + l + ".";
            String attention = attention(l, prefix + "self_attn.", normed);
            String middle = prefix + "middle";
            String mlpInput = skipNorm(attention, residual, prefix + "post_attention_layernorm.weight", middle);
            String mlp = mlp(prefix + "mlp.", mlpInput);
            String next =
                    l + 1 < spec.layers() ? "model.layers." + (l + 1) + ".input_layernorm.weight" : "model.norm.weight";
            residual = "point." + (l + 1);
            normed = skipNorm(mlp, points.steeredSkip(l + 1, mlp, middle), next, residual);
            points.capture(l + 1, residual);
        }
        head(normed);
        points.output();
        caches();
        return graph.build("steering-export", Map.of("steering.architecture", spec.architecture()));
    }

    private void inputs() {
        graph.input(INPUT_IDS, ElementType.INT64, "batch", "sequence");
        graph.input(ATTENTION_MASK, ElementType.INT64, "batch", "total");
        for (int l = 0; l < spec.layers(); l++) {
            for (String name : List.of(GraphContract.pastKey(l), GraphContract.pastValue(l))) {
                graph.input(
                        name, ElementType.FLOAT32, "batch", (long) spec.kvHeads(), "capacity", (long) spec.headDim());
            }
        }
        points.inputs();
        graph.input(LOGIT_POSITIONS, ElementType.INT64, "batch", "logit_positions");
    }

    /** GroupQueryAttention wants each row's total length minus one, and the longest, as int32. */
    private void lengths() {
        graph.longs("axis.last", new long[] {1}, 1);
        graph.longs("one", new long[] {1});
        graph.node("ReduceSum", List.of(ATTENTION_MASK, "axis.last"), List.of("lengths"), Map.of("keepdims", 0L));
        graph.node("Sub", "last_indices", "lengths", "one");
        cast("last_indices", "seqlens_k", ElementType.INT32);
        graph.node("Shape", "mask_shape", ATTENTION_MASK);
        graph.node("Gather", "total_length_64", "mask_shape", "one");
        cast("total_length_64", "total_length", ElementType.INT32);
        if (!rotaryInsideAttention()) {
            positions();
        }
    }

    /** GroupQueryAttention turns queries and keys itself only if half a head is a multiple of 8. */
    private boolean rotaryInsideAttention() {
        return spec.headDim() % 16 == 0;
    }

    /**
     * Positions of the new tokens, [batch, sequence]. A row's past is its length without the new tokens; in a ragged first
     * pass short rows have less than the width and no past. (With a past, rows are equally long: see LanguageModel.)
     */
    private void positions() {
        graph.longs("zero", new long[] {0});
        graph.longs("step", new long[] {1});
        graph.node("Shape", "ids_shape", INPUT_IDS);
        graph.node("Gather", "width", "ids_shape", "one");
        graph.node("Sub", "past_or_padding", "lengths", "width");
        graph.node("Max", "past", "past_or_padding", "zero");
        graph.node("Unsqueeze", "past_column", "past", "axis.last");
        graph.node("Range", "offsets", "zero", "width", "step");
        graph.node("Add", "position_ids", "past_column", "offsets");
    }

    private String rotated(String name, String input) {
        if (rotaryInsideAttention()) {
            return input;
        }
        graph.fused(
                "RotaryEmbedding",
                List.of(input, "position_ids", "cos_cache", "sin_cache"),
                List.of(name + ".rotated"),
                Map.of("interleaved", 0L));
        return name + ".rotated";
    }

    private void rotaryTables() {
        List<Long> shape = List.of((long) spec.context(), spec.headDim() / 2L);
        long bytes = spec.context() * (spec.headDim() / 2L) * Float.BYTES;
        graph.external("cos_cache", ElementType.FLOAT32, shape, rotary.file(), 0, bytes);
        graph.external("sin_cache", ElementType.FLOAT32, shape, rotary.file(), bytes, bytes);
    }

    private String firstNorm(String residual) {
        String gamma = weight("model.layers.0.input_layernorm.weight", spec.hidden());
        graph.node(
                "SimplifiedLayerNormalization",
                List.of(residual, gamma),
                List.of("model.layers.0.input_layernorm.output"),
                Map.of("epsilon", spec.normEpsilon(), "axis", -1L, "stash_type", 1L));
        return "model.layers.0.input_layernorm.output";
    }

    private String attention(int layer, String prefix, String input) {
        int queryWidth = spec.heads() * spec.headDim();
        int keyWidth = spec.kvHeads() * spec.headDim();
        String q = rotated(prefix + "q_proj", linear(prefix + "q_proj", input, queryWidth, spec.hidden()));
        String k = rotated(prefix + "k_proj", linear(prefix + "k_proj", input, keyWidth, spec.hidden()));
        String v = linear(prefix + "v_proj", input, keyWidth, spec.hidden());
        String attended = prefix + "attended";
        List<String> inputs = new ArrayList<>(List.of(
                q, k, v, GraphContract.pastKey(layer), GraphContract.pastValue(layer), "seqlens_k", "total_length"));
        if (rotaryInsideAttention()) {
            inputs.addAll(List.of("cos_cache", "sin_cache"));
        }
        graph.fused(
                "GroupQueryAttention",
                inputs,
                List.of(attended, GraphContract.presentKey(layer), GraphContract.presentValue(layer)),
                Map.of(
                        "num_heads",
                        (long) spec.heads(),
                        "kv_num_heads",
                        (long) spec.kvHeads(),
                        "do_rotary",
                        rotaryInsideAttention() ? 1L : 0L));
        return linear(prefix + "o_proj", attended, spec.hidden(), queryWidth);
    }

    private String mlp(String prefix, String input) {
        int width = spec.intermediate();
        String gate = linear(prefix + "gate_proj", input, width, spec.hidden());
        String up = linear(prefix + "up_proj", input, width, spec.hidden());
        // QuickGelu(alpha = 1) is x * sigmoid(x): SiLU in one pass.
        graph.fused("QuickGelu", List.of(gate), List.of(prefix + "activated"), Map.of("alpha", 1.0f));
        String gated = graph.node("Mul", prefix + "gated", prefix + "activated", up);
        return linear(prefix + "down_proj", gated, spec.hidden(), width);
    }

    /** norm(branch + skip) * gamma; the sum itself is defined as {@code sum}. */
    private String skipNorm(String branch, String skip, String gammaName, String sum) {
        String gamma = weight(gammaName, spec.hidden());
        String output = gammaName.substring(0, gammaName.length() - ".weight".length()) + ".output";
        List<String> outputs = new ArrayList<>(List.of(output));
        outputs.addAll(SKIP_NORM_OUTPUTS_BEFORE_SUM);
        outputs.add(sum);
        graph.fused(
                "SkipSimplifiedLayerNormalization",
                List.of(branch, skip, gamma),
                outputs,
                Map.of("epsilon", spec.normEpsilon()));
        return output;
    }

    private String linear(String prefix, String input, long out, long in) {
        String product = prefix + ".product";
        graph.fused(
                "FusedMatMul",
                List.of(input, weight(prefix + ".weight", out, in)),
                List.of(product),
                Map.of("transB", 1L));
        String bias = prefix + ".bias";
        return weights.has(bias) ? graph.node("Add", prefix + ".output", product, weight(bias, out)) : product;
    }

    private void head(String normed) {
        graph.longs("axis.index", new long[] {-1}, 1);
        graph.node("Unsqueeze", "logit_indices", LOGIT_POSITIONS, "axis.index");
        graph.node("GatherND", List.of(normed, "logit_indices"), List.of("head.input"), Map.of("batch_dims", 1L));
        String head = weight(spec.headTensor(), spec.vocabulary(), spec.hidden());
        graph.fused("FusedMatMul", List.of("head.input", head), List.of(LOGITS), Map.of("transB", 1L));
        graph.output(LOGITS, ElementType.FLOAT32, "batch", "logit_positions", (long) spec.vocabulary());
    }

    private void caches() {
        for (int l = 0; l < spec.layers(); l++) {
            for (String name : List.of(GraphContract.presentKey(l), GraphContract.presentValue(l))) {
                graph.output(name, ElementType.FLOAT32, "batch", (long) spec.kvHeads(), "capacity_out", (long)
                        spec.headDim());
            }
        }
    }

    /** The weight in single precision; a narrower one is widened by a Cast that ONNX Runtime folds at load. */
    private String weight(String name, long... shape) {
        DecoderWeights.Location at = weights.locate(name, shape);
        if (at.type() == ElementType.FLOAT32) {
            return graph.has(name)
                    ? name
                    : graph.external(name, at.type(), at.shape(), at.file(), at.offset(), at.bytes());
        }
        String widened = name + ".f32";
        if (!graph.has(widened)) {
            graph.external(name, at.type(), at.shape(), at.file(), at.offset(), at.bytes());
            cast(name, widened, ElementType.FLOAT32);
        }
        return widened;
    }

    private void cast(String from, String to, ElementType type) {
        graph.node("Cast", List.of(from), List.of(to), Map.of("to", (long) type.onnx()));
    }
}
