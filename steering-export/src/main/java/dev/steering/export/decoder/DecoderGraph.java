package dev.steering.export.decoder;

import static dev.steering.core.bundle.GraphContract.ATTENTION_MASK;
import static dev.steering.core.bundle.GraphContract.INPUT_IDS;
import static dev.steering.core.bundle.GraphContract.LOGITS;
import static dev.steering.core.bundle.GraphContract.LOGIT_POSITIONS;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderSpec.Experts;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.LearnedPositions;
import dev.steering.export.graph.GraphBuilder;
import dev.steering.export.graph.GraphVariant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A decoder as an ONNX graph in ONNX Runtime's fused operators, with capture and steering at every residual-stream point.
 *
 * <p>A point's steering is added to the <em>skip</em> input of the fused skip-norm, so that both the norm and the residual sum
 * see it.
 */
public final class DecoderGraph {
    /** Metadata of a mixture's graph: how many experts a layer has. */
    public static final String EXPERTS = "steering.experts";

    /** How many of them a token uses. */
    public static final String EXPERTS_USED = "steering.experts.used";

    private final DecoderSpec spec;
    private final GraphBuilder graph;
    private final DecoderOps ops;
    private final RotaryInputs rotary;
    private final AttentionBlock attention;
    private final MlpBlock mlp;
    private final PerLayerBlock perLayer;
    private final SteeringPoints points;

    private DecoderGraph(DecoderSpec spec, DecoderWeights weights, Options options) {
        this.spec = spec;
        this.graph = new GraphBuilder(spec.architecture());
        this.ops = new DecoderOps(spec, weights, graph, options.precision());
        this.rotary = new RotaryInputs(spec, ops, options.rotaryFile());
        this.attention = new AttentionBlock(spec, ops, rotary);
        this.mlp = new MlpBlock(spec, ops);
        this.perLayer = new PerLayerBlock(spec, ops);
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
        String embedded = embedded();
        perLayer.inputs(embedded);
        head(spec.streams() == null ? oneStream(embedded) : severalStreams(embedded));
        points.output();
        caches();
        return graph.build("steering-export", metadata());
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>(Map.of("steering.architecture", spec.architecture()));
        Experts experts = spec.experts();
        if (experts != null) {
            metadata.put(EXPERTS, Integer.toString(experts.count()));
            metadata.put(EXPERTS_USED, Integer.toString(experts.used()));
        }
        return metadata;
    }

    /** All layers; returns what the head reads. */
    private String oneStream(String embedded) {
        String residual = points.steered(0, embedded);
        String normed = spec.flow().normsBefore() ? ops.norm(residual, name(Part.ATTENTION_NORM, 0)) : residual;
        for (int l = 0; l < spec.layers().size(); l++) {
            normed = spec.flow().parallel() ? parallel(l, residual, normed) : sequential(l, residual, normed);
            residual = point(l + 1);
            points.capture(l + 1, residual);
        }
        return normed;
    }

    private String severalStreams(String embedded) {
        StreamsBlock streams = new StreamsBlock(spec, ops, points);
        streams.begin(embedded);
        for (int l = 0; l < spec.layers().size(); l++) {
            String active = streams.predict(l);
            String normed = ops.norm(active, name(Part.ATTENTION_NORM, l));
            String attended =
                    ops.norm(ops.widen(attention.write(l, ops.narrow(normed))), name(Part.ATTENTION_POST_NORM, l));
            String middle = streams.middle(l, active, normed, attended);
            String mlpInput = ops.norm(middle, name(Part.MLP_NORM, l));
            String branch =
                    ops.norm(ops.widen(mlp.write(l, ops.narrow(mlpInput), middle)), name(Part.MLP_POST_NORM, l));
            String corrected = streams.correct(l, active, middle, branch);
            streams.close(l, perLayer.write(l, corrected));
        }
        return ops.norm(streams.end(), spec.names().of(Part.FINAL_NORM));
    }

    /** Attention, then MLP; returns what the next layer's attention reads. */
    private String sequential(int layer, String residual, String normed) {
        String attended = branch(attention.write(layer, ops.narrow(normed)), name(Part.ATTENTION_POST_NORM, layer));
        String middle = spec.names().layer(layer) + "middle";
        String mlpInput = middle;
        if (spec.flow().normsBefore()) {
            mlpInput = ops.skipNorm(attended, residual, name(Part.MLP_NORM, layer), middle);
        } else {
            graph.node("Add", middle, attended, residual);
        }
        String branch = branch(mlp.write(layer, ops.narrow(mlpInput), middle), name(Part.MLP_POST_NORM, layer));
        if (spec.perLayer() != null) {
            String behind = graph.node("Add", spec.names().layer(layer) + "behind_mlp", branch, middle);
            return close(layer, perLayer.write(layer, behind), behind);
        }
        return close(layer, branch, middle);
    }

    /** Both of the same stream. */
    private String parallel(int layer, String residual, String normed) {
        String second = spec.flow() == Flow.PARALLEL ? normed : ops.norm(residual, name(Part.MLP_NORM, layer));
        String attended = ops.widen(attention.write(layer, ops.narrow(normed)));
        String branch = ops.widen(mlp.write(layer, ops.narrow(second), residual));
        String sum = graph.node("Add", spec.names().layer(layer) + "branches", attended, branch);
        return close(layer, ops.scaled(sum, spec.multipliers().residual()), residual);
    }

    /** Makes the point behind a layer, and of it what comes next reads. */
    private String close(int layer, String unscaledBranch, String unscaledSkip) {
        String branch = ofLayer(layer, unscaledBranch);
        String skip = ofLayer(layer, unscaledSkip);
        String point = point(layer + 1);
        String steered = points.steeredSkip(layer + 1, branch, skip);
        boolean last = layer + 1 == spec.layers().size();
        if (last) {
            return ops.skipNorm(branch, steered, spec.names().of(Part.FINAL_NORM), point);
        }
        return spec.flow().normsBefore()
                ? ops.skipNorm(branch, steered, name(Part.ATTENTION_NORM, layer + 1), point)
                : graph.node("Add", point, branch, steered);
    }

    private String ofLayer(int layer, String value) {
        if (!spec.multipliers().ofLayers()) {
            return value;
        }
        return graph.node("Mul", value + ".of_layer", value, ops.weight(name(Part.LAYER_SCALE, layer), DType.F32, 1));
    }

    private static String point(int index) {
        return "point." + index;
    }

    private void inputs() {
        graph.input(INPUT_IDS, DType.I64, "batch", "sequence");
        graph.input(ATTENTION_MASK, DType.I64, "batch", "total");
        for (int l = 0; l < spec.layers().size(); l++) {
            for (String name : keys(l, GraphContract.pastKey(l), GraphContract.pastValue(l))) {
                graph.input(name, ops.precision(), "batch", kvHeads(l), "capacity", headDim(l));
            }
            RowStates.inputs(spec, graph, l);
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
        String positioned = positioned(ops.scaled("embedded", spec.multipliers().embedding()));
        return spec.norms().ofEmbedding() ? ops.norm(positioned, spec.names().of(Part.EMBEDDING_NORM)) : positioned;
    }

    private String positioned(String embedded) {
        LearnedPositions learned = spec.positions();
        if (learned == null) {
            return embedded;
        }
        String rows = rotary.positionsInSequence();
        if (learned.offset() != 0) {
            graph.longs("positions.offset", new long[] {learned.offset()});
            rows = graph.node("Add", "positions.rows", rows, "positions.offset");
        }
        String table = ops.stored(spec.names().of(Part.POSITIONS) + ".weight", learned.rows(), spec.hidden());
        graph.node("Gather", "positions.stored", table, rows);
        ops.cast("positions.stored", "positions", DType.F32);
        return graph.node("Add", "embedded.positioned", embedded, "positions");
    }

    /** What is added to the residual stream. */
    private String branch(String output, String postNorm) {
        String wide = ops.widen(output);
        String normed = spec.flow().normsBehind() ? ops.norm(wide, postNorm) : wide;
        return ops.scaled(normed, spec.multipliers().residual());
    }

    private String name(Part part, int layer) {
        return spec.names().of(part, layer);
    }

    private void head(String normed) {
        graph.longs("axis.index", new long[] {-1}, 1);
        graph.node("Unsqueeze", "logit_indices", LOGIT_POSITIONS, "axis.index");
        graph.node("GatherND", List.of(normed, "logit_indices"), List.of("head.input"), Map.of("batch_dims", 1L));
        String output = ops.widen(ops.head(ops.narrow("head.input")));
        String scaled = ops.scaled(output, 1 / spec.multipliers().logitsDivisor());
        graph.node("Identity", LOGITS, ops.softcapped(scaled, spec.multipliers().logitsSoftcap()));
        graph.output(LOGITS, DType.F32, "batch", "logit_positions", (long) spec.vocabulary());
    }

    private void caches() {
        for (int l = 0; l < spec.layers().size(); l++) {
            for (String name : keys(l, GraphContract.presentKey(l), GraphContract.presentValue(l))) {
                graph.output(name, ops.precision(), "batch", kvHeads(l), "capacity_out", headDim(l));
            }
            RowStates.outputs(spec, graph, l);
        }
    }

    private List<String> keys(int layer, String key, String value) {
        return spec.hasKeys(layer) ? List.of(key, value) : List.of();
    }

    private long kvHeads(int layer) {
        return spec.attention(layer).kvHeads();
    }

    private long headDim(int layer) {
        return spec.attention(layer).paddedHeadDim();
    }
}
