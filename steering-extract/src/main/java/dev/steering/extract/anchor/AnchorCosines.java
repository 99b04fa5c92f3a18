package dev.steering.extract.anchor;

import dev.steering.core.BadRequest;
import dev.steering.core.metrics.RocAuc;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.activation.Transition;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The cosine of every anchor's transition with the reference at every layer, {@code [prompts][layers]} for each class.
 *
 * @param source the anchors, in words
 * @param harmful of the harmful anchors
 * @param harmless of the harmless anchors
 */
@SuppressWarnings("ArrayRecordComponent") // package-private, never compared
record AnchorCosines(String source, double[][] harmful, double[][] harmless) {
    static final String HELD_OUT = "held-out files";
    static final String LEAVE_ONE_OUT = "leave-one-out over the extraction anchors";

    /** Anchors that extraction has not seen, against the vector's own reference. */
    static AnchorCosines heldOut(ChatModel model, Transitions transitions, SteeringVector vector, ContrastSet anchors) {
        LayerMatrix reference = vector.requireTransitionReference();
        return new AnchorCosines(
                HELD_OUT,
                read(model, transitions, "held-out harmful prompts", anchors.harmful(), t -> t.cosines(reference)),
                read(model, transitions, "held-out harmless prompts", anchors.harmless(), t -> t.cosines(reference)));
    }

    /** The extraction's own anchors, each harmful one against the mean of the others. */
    static AnchorCosines leaveOneOut(
            ChatModel model, Transitions transitions, SteeringVector vector, ContrastSet anchors) {
        LayerMatrix reference = vector.requireTransitionReference();
        int n = anchors.harmful().size();
        if (n < 2) {
            throw new BadRequest("The vector was extracted from one harmful prompt: none is left to compare it with."
                    + " Give held-out harmful and harmless prompts to calibrate the threshold on.");
        }
        return new AnchorCosines(
                LEAVE_ONE_OUT,
                read(
                        model,
                        transitions,
                        "harmful anchors",
                        anchors.harmful(),
                        t -> t.cosines(without(reference, t, n))),
                read(model, transitions, "harmless anchors", anchors.harmless(), t -> t.cosines(reference)));
    }

    private static double[][] read(
            ChatModel model, Transitions transitions, String stage, List<String> prompts, Cosines cosines) {
        double[][] all = new double[prompts.size()][];
        List<int[]> tokens = prompts.stream().map(model::encode).toList();
        transitions.read(stage, tokens, (prompt, transition) -> all[prompt] = cosines.of(transition));
        return all;
    }

    private interface Cosines {
        double[] of(Transition transition);
    }

    /** {@code (n d - t) / (n - 1)}; the cosine does not care about the divisor. */
    static LayerMatrix without(LayerMatrix reference, Transition transition, int n) {
        float[][] rows = new float[reference.layers()][];
        for (int l = 0; l < rows.length; l++) {
            rows[l] = reference.row(l);
            double[] t = transition.at(l);
            for (int i = 0; i < t.length; i++) {
                rows[l][i] = (float) ((n * (double) rows[l][i] - t[i]) / (n - 1));
            }
        }
        return LayerMatrix.of(rows);
    }

    /** The area under the curve of every single layer's cosine. */
    List<Double> layerAuc(int layers) {
        return IntStream.range(0, layers)
                .mapToObj(l -> RocAuc.of(scores(harmful, List.of(l)), scores(harmless, List.of(l))))
                .toList();
    }

    double[] harmfulScores(List<Integer> layers) {
        return scores(harmful, layers);
    }

    double[] harmlessScores(List<Integer> layers) {
        return scores(harmless, layers);
    }

    private static double[] scores(double[][] cosines, List<Integer> layers) {
        return Arrays.stream(cosines)
                .mapToDouble(prompt -> Transition.score(prompt, layers))
                .toArray();
    }
}
