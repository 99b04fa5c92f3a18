package dev.steering.gradient;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.DType;
import dev.steering.export.ExportedDecoder;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.gradient.GradientTarget.EmbeddingScale;
import dev.steering.gradient.GradientTarget.SoftPrompt;
import dev.steering.gradient.GradientTarget.SteeringVectors;
import dev.steering.gradient.rules.Differentiator;
import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A decoder with losses of response tokens and their gradient as an ONNX graph; {@link GradientNames} says what it takes. */
final class GradientGraph {
    private final DecoderSpec spec;
    private final GradientTarget target;
    private final Tape tape;
    private final DifferentiableDecoder decoder;

    private GradientGraph(ExportedDecoder source, GradientTarget target) {
        this.spec = source.spec();
        this.target = target;
        this.tape = new Tape(spec.architecture());
        tape.input(GradientNames.TOKENS, DType.I64, Shape.of("batch", "sequence"));
        tape.input(GradientNames.LENGTHS, DType.I64, Shape.of("batch"));
        this.decoder = new DifferentiableDecoder(
                spec, tape, new FrozenWeights(tape, source.weights()), new Places(spec, tape, source.rotaryFile()));
    }

    /**
     * @param source the decoder
     * @param target what the losses are differentiated by
     * @param differentiated whether the gradient is wanted beside the losses
     * @return the model; weights are referenced, not contained
     */
    static ModelProto build(ExportedDecoder source, GradientTarget target, boolean differentiated) {
        return new GradientGraph(source, target).build(differentiated);
    }

    /** @throws SteeringException if a vector is to be added where there is no point */
    static void requirePoints(DecoderSpec spec, GradientTarget target) {
        if (target instanceof SteeringVectors vectors) {
            int last = vectors.points().get(vectors.points().size() - 1);
            if (last >= spec.points()) {
                throw new BadRequest("There is no point " + last + ": the model of "
                        + spec.layers().size() + " layers has the points 0 to " + (spec.points() - 1) + ".");
            }
        }
    }

    private ModelProto build(boolean differentiated) {
        String embedding = decoder.embedding(GradientNames.TOKENS);
        String variable;
        String last;
        if (target instanceof SteeringVectors vectors) {
            variable = vectors(vectors);
            last = layers(decoder.scaledEmbedding(embedding), vectors.points());
        } else {
            variable = tape.input(GradientNames.SOFT_PROMPT, DType.F32, Shape.of("soft", spec.hidden()));
            String placed = placed(embedding);
            boolean scaled = target instanceof SoftPrompt prompt && prompt.scale() == EmbeddingScale.MODEL;
            last = layers(scaled ? decoder.scaledEmbedding(placed) : placed, List.of());
        }
        Map<String, String> weights = losses(last);
        if (differentiated) {
            String gradient = Differentiator.differentiate(tape, weights, variable);
            tape.output(GradientNames.GRADIENT, gradient, DType.F32);
        }
        return tape.build();
    }

    private String placed(String embedding) {
        tape.input(GradientNames.SOFT_ROWS, DType.I64, Shape.of("placed"));
        tape.input(GradientNames.SOFT_PLACES, DType.I64, Shape.of("placed", 2));
        String rows = tape.node("Gather", GradientNames.SOFT_PROMPT, GradientNames.SOFT_ROWS);
        return tape.node("ScatterND", embedding, GradientNames.SOFT_PLACES, rows);
    }

    private String vectors(SteeringVectors vectors) {
        Shape shape = Shape.of(vectors.points().size(), spec.hidden());
        tape.input(GradientNames.COEFFICIENTS, DType.F32, Shape.of("batch", "sequence", 1));
        return tape.input(GradientNames.VECTORS, DType.F32, shape);
    }

    private String layers(String embedding, List<Integer> points) {
        String point = steered(points, 0, embedding);
        for (int l = 0; l < spec.layers().size(); l++) {
            point = steered(points, l + 1, decoder.layer(l, point));
        }
        return point;
    }

    private String steered(List<Integer> points, int point, String value) {
        int index = points.indexOf(point);
        if (index < 0) {
            return value;
        }
        String vector = tape.node("Gather", GradientNames.VECTORS, tape.longs(index));
        return tape.node("Add", value, tape.node("MatMul", GradientNames.COEFFICIENTS, vector));
    }

    /** The weights of both losses by the loss. */
    private Map<String, String> losses(String last) {
        String rows = tape.node("Reshape", last, tape.longs(-1, spec.hidden()));
        TokenLosses losses = new TokenLosses(tape);
        Map<String, String> weights = new LinkedHashMap<>();
        for (LossTerm term : LossTerm.values()) {
            String positions = tape.input(GradientNames.positions(term), DType.I64, Shape.of(term.label()));
            String targets = tape.input(GradientNames.targets(term), DType.I64, Shape.of(term.label(), 1));
            String weight = tape.input(GradientNames.weights(term), DType.F32, Shape.of(term.label(), 1));
            String logits = decoder.logits(tape.node("Gather", rows, positions));
            String loss = term == LossTerm.LIKELIHOOD
                    ? losses.likelihood(logits, targets)
                    : losses.unlikelihood(logits, targets);
            tape.output(GradientNames.losses(term), loss, DType.F32);
            weights.put(loss, weight);
        }
        return weights;
    }
}
