package dev.steering.extract.alphasteer;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.Require;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.linalg.NullSpaceRidge;
import dev.steering.extract.linalg.SecondMoments;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.Capture;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * AlphaSteer's matrix in its rank-one form (arXiv 2506.07022): at every layer a vector w that reads about 1 of harmful
 * prompts and next to nothing of benign ones, so that {@code lambda (x . w) r} moves harmful prompts by {@code lambda r}.
 *
 * <p>x is the output of layer l at the prompt's last token, which is the public code's input of its layer l + 1. w is found by ridge
 * regression of the harmful activations onto 1 within the directions in which the benign ones have least: a fixed share of all
 * dimensions, by the uncentred Gram matrix, see {@link NullSpaceRidge}. r is the direction of a vector that is given; the public code
 * loads one from a file, whose sign is that of compliance: its strengths are negative.
 *
 * <p>Memory: for each layer and class 4 * hidden bytes a prompt up to hidden prompts, 8 * hidden² bytes outside the heap from
 * there on. Immutable and thread-safe.
 */
public final class AlphaSteerExtractor {
    /** What a vector with such reads says about how it was made. */
    public static final String METHOD = "alphasteer";

    /** The paper's share of dimensions for most layers. */
    public static final double DEFAULT_SHARE = 0.6;

    /** The public code's ridge. */
    public static final double DEFAULT_RIDGE = 10;

    private final double share;
    private final double ridge;
    private final int batchSize;
    private final ProgressListener progress;

    private AlphaSteerExtractor(double share, double ridge, int batchSize, ProgressListener progress) {
        this.share = share;
        this.ridge = ridge;
        this.batchSize = batchSize;
        this.progress = progress;
    }

    /** @return share 0.6, ridge 10, batches of 16, no progress */
    public static AlphaSteerExtractor withDefaults() {
        return new AlphaSteerExtractor(
                DEFAULT_SHARE, DEFAULT_RIDGE, ActivationReader.DEFAULT_BATCH_SIZE, ProgressListener.NONE);
    }

    /**
     * @param newShare share of the dimensions that benign prompts are taken not to use, in (0, 1)
     * @return a copy with it
     * @throws BadRequest if it is out of range
     */
    public AlphaSteerExtractor withShare(double newShare) {
        if (!(newShare > 0 && newShare < 1)) {
            throw new BadRequest(
                    "The share of dimensions must be above 0 and below 1, found " + Require.words(newShare) + ".");
        }
        return new AlphaSteerExtractor(newShare, ridge, batchSize, progress);
    }

    /**
     * @param newRidge weight of the squared length of w, above 0
     * @return a copy with it
     * @throws BadRequest if it is not above 0
     */
    public AlphaSteerExtractor withRidge(double newRidge) {
        if (!(newRidge > 0 && newRidge < Double.POSITIVE_INFINITY)) {
            throw new BadRequest("The ridge must be above 0, found " + Require.words(newRidge) + ".");
        }
        return new AlphaSteerExtractor(share, newRidge, batchSize, progress);
    }

    /**
     * @param rows most prompts in one forward pass, at least 1
     * @return a copy with it
     * @throws BadRequest if it is less than 1
     */
    public AlphaSteerExtractor withBatchSize(int rows) {
        return new AlphaSteerExtractor(share, ridge, Require.atLeast("The batch size", rows, 1), progress);
    }

    /**
     * @param listener told how many prompts are done
     * @return a copy with it
     */
    public AlphaSteerExtractor withProgress(ProgressListener listener) {
        return new AlphaSteerExtractor(share, ridge, batchSize, listener);
    }

    /**
     * @param model the model to look into
     * @param prompts harmful prompts, and benign ones as the harmless
     * @param refusal r: the vector to which reads are added; its raw directions are what is written
     * @return it with reads, by the method {@value #METHOD}, and raw scale
     * @throws dev.steering.core.SteeringException if a class is empty, a prompt does not fit the context, an activation is not finite or
     *     the vector is of another size
     */
    public SteeringVector extract(ChatModel model, ContrastSet prompts, SteeringVector refusal) {
        if (prompts.harmful().isEmpty() || prompts.harmless().isEmpty()) {
            throw new BadRequest("Reads need prompts of both classes, found "
                    + prompts.harmful().size() + " harmful and "
                    + prompts.harmless().size() + " benign.");
        }
        int layers = model.manifest().layers();
        int hidden = model.manifest().hidden();
        if (refusal.layers() != layers || refusal.hidden() != hidden) {
            throw new BadRequest("The refusal direction is of " + refusal.layers() + " layers of " + refusal.hidden()
                    + ", the model has " + layers + " of " + hidden + ".");
        }
        List<SecondMoments> benign = moments(layers, hidden);
        List<SecondMoments> harmful = moments(layers, hidden);
        read(model, "benign prompts", prompts.harmless(), benign);
        read(model, "harmful prompts again", prompts.harmful(), harmful);
        float[][] rows = new float[layers][hidden];
        for (int l = 0; l < layers; l++) {
            double[] weights = NullSpaceRidge.solve(benign.get(l), harmful.get(l), share, ridge)
                    .weights();
            for (int i = 0; i < hidden; i++) {
                rows[l][i] = (float) weights[i];
            }
            progress.onProgress("null spaces", l + 1, layers);
        }
        return refusal.withReads(LayerReads.of(LayerMatrix.of(rows)))
                .withScale(VectorScale.RAW)
                .withProvenance(refusal.provenance()
                        .withMethod(METHOD, refusal.provenance().seed()));
    }

    private static List<SecondMoments> moments(int layers, int hidden) {
        List<SecondMoments> all = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            all.add(new SecondMoments(hidden));
        }
        return all;
    }

    private void read(ChatModel model, String stage, List<String> prompts, List<SecondMoments> moments) {
        List<int[]> tokens = prompts.stream().map(model::encode).toList();
        List<List<Capture>> captures = tokens.stream()
                .map(row -> List.of(Capture.token(row.length - 1)))
                .toList();
        Consumer<float[][]> add = states -> {
            for (int l = 0; l < states.length; l++) {
                moments.get(l).add(states[l]);
            }
        };
        ActivationReader.of(model.model())
                .withBatchSize(batchSize)
                .withProgress(progress)
                .read(stage, tokens, captures, (prompt, h) -> add.accept(h[0]));
    }
}
