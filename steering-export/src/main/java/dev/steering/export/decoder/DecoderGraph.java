package dev.steering.export.decoder;

import static dev.steering.core.bundle.GraphContract.ATTENTION_MASK;
import static dev.steering.core.bundle.GraphContract.INPUT_IDS;
import static dev.steering.core.bundle.GraphContract.LOGITS;
import static dev.steering.core.bundle.GraphContract.LOGIT_POSITIONS;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphBuilder;
import dev.steering.export.graph.GraphVariant;
import java.util.List;
import java.util.Map;

/**
 * A decoder as an ONNX graph in ONNX Runtime's fused operators, with capture and steering at every residual-stream point.
 *
 * <p>A point's steering is added to the <em>skip</em> input of the fused skip-norm, so that both the norm and the residual sum
 * see it.
 */
public final class DecoderGraph {
    private final DecoderSpec spec;
    private final GraphBuilder graph;
    private final DecoderOps ops;
    private final RotaryInputs rotary;
    private final AttentionBlock attention;
    private final MlpBlock mlp;
    private final SteeringPoints points;

    private DecoderGraph(DecoderSpec spec, DecoderWeights weights, Options options) {
        this.spec = spec;
        this.graph = new GraphBuilder(spec.architecture());
        this.ops = new DecoderOps(spec, weights, graph, options.precision());
        this.rotary = new RotaryInputs(spec, ops, options.rotaryFile());
        this.attention = new AttentionBlock(spec, ops, rotary);
        this.mlp = new MlpBlock(spec, ops);
        this.points = new SteeringPoints(graph, spec.points(), spec.hidden(), options.variant());
    }

    /**
     * Choices that do not depend on the checkpoint.
     *
     * @param rotaryFile path of the rotary tables relative to the bundle
     * @param precision of linear layers, attention and cache: FLOAT32 or FLOAT16
     * @param variant what the graph can do to the residual stream
     */
    public record Options(String rotaryFile, DType precision, GraphVariant variant) {}

    /**
     * @param spec the decoder in numbers
     * @param weights where its weights are
     * @param options how
     * @return the model; weights are referenced, not contained
     */
    public static ModelProto build(DecoderSpec spec, DecoderWeights weights, Options options) {
        return new DecoderGraph(spec, weights, options).build();
    }

    private ModelProto build() {
        inputs();
        rotary.write();
        attention.constants();
        String residual = points.steerEmbedding(embedded());
        String normed = ops.norm(residual, name(0, "input_layernorm"), spec.hidden());
        for (int l = 0; l < spec.layers().size(); l++) {
            String prefix = spec.names().layer(l);
            String attended = attention.write(l, prefix + "self_attn.", ops.narrow(normed));
            String middle = prefix + "middle";
            String branch = branch(attended, name(l, "post_attention_layernorm"));
            String mlpInput = ops.skipNorm(branch, residual, mlpNorm(l), middle);
            String gated = mlp.write(prefix + "mlp.", ops.narrow(mlpInput));
            String mlpBranch = branch(gated, name(l, "post_feedforward_layernorm"));
            residual = "point." + (l + 1);
            normed = ops.skipNorm(mlpBranch, points.steeredSkip(l + 1, mlpBranch, middle), normAfter(l), residual);
            points.capture(l + 1, residual);
        }
        head(normed);
        points.output();
        caches();
        return graph.build("steering-export", Map.of("steering.architecture", spec.architecture()));
    }

    private void inputs() {
        graph.input(INPUT_IDS, DType.I64, "batch", "sequence");
        graph.input(ATTENTION_MASK, DType.I64, "batch", "total");
        for (int l = 0; l < spec.layers().size(); l++) {
            for (String name : List.of(GraphContract.pastKey(l), GraphContract.pastValue(l))) {
                graph.input(name, ops.precision(), "batch", kvHeads(), "capacity", headDim());
            }
        }
        points.inputs();
        graph.input(LOGIT_POSITIONS, DType.I64, "batch", "logit_positions");
    }

    /** Rows are widened after the look-up, unless the head needs the whole table widened anyway. */
    private String embedded() {
        String name = spec.names().embedding();
        String table = spec.names().tied() && !ops.headIsQuantized()
                ? ops.weight(name, ops.precision(), spec.vocabulary(), spec.hidden())
                : ops.stored(name, spec.vocabulary(), spec.hidden());
        graph.node("Gather", "embedded.stored", table, INPUT_IDS);
        ops.cast("embedded.stored", "embedded", DType.F32);
        return ops.scaled("embedded", spec.multipliers().embedding());
    }

    /** What is added to the residual stream. */
    private String branch(String output, String postNorm) {
        String wide = ops.widen(output);
        String normed = spec.norms().post() ? ops.norm(wide, postNorm, spec.hidden()) : wide;
        return ops.scaled(normed, spec.multipliers().residual());
    }

    private String mlpNorm(int layer) {
        return name(layer, spec.norms().post() ? "pre_feedforward_layernorm" : "post_attention_layernorm");
    }

    private String normAfter(int layer) {
        boolean last = layer + 1 == spec.layers().size();
        return last ? spec.names().finalNorm() : name(layer + 1, "input_layernorm");
    }

    private String name(int layer, String norm) {
        return spec.names().layer(layer) + norm + ".weight";
    }

    private void head(String normed) {
        graph.longs("axis.index", new long[] {-1}, 1);
        graph.node("Unsqueeze", "logit_indices", LOGIT_POSITIONS, "axis.index");
        graph.node("GatherND", List.of(normed, "logit_indices"), List.of("head.input"), Map.of("batch_dims", 1L));
        ops.head(ops.narrow("head.input"), "head.output");
        String scaled =
                ops.scaled(ops.widen("head.output"), 1 / spec.multipliers().logitsDivisor());
        graph.node("Identity", LOGITS, ops.softcapped(scaled, spec.multipliers().logitsSoftcap()));
        graph.output(LOGITS, DType.F32, "batch", "logit_positions", (long) spec.vocabulary());
    }

    private void caches() {
        for (int l = 0; l < spec.layers().size(); l++) {
            for (String name : List.of(GraphContract.presentKey(l), GraphContract.presentValue(l))) {
                graph.output(name, ops.precision(), "batch", kvHeads(), "capacity_out", headDim());
            }
        }
    }

    private long kvHeads() {
        return spec.attention().kvHeads();
    }

    private long headDim() {
        return spec.attention().paddedHeadDim();
    }
}
