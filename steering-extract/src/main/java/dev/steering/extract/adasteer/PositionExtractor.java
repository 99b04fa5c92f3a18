package dev.steering.extract.adasteer;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.Require;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.Capture;
import java.util.List;

/**
 * Positions between the means of two classes at the prompt's last token, 0 at the harmful prompts' and 100 at the others', at every layer
 * (AdaSteer, arXiv 2504.09466). Its code averages the scale over a batch; {@code (x - a) . d - (x - b) . d = (b - a) . d} is the same for
 * every x, so that average is every prompt's own scale, which is used here. Immutable and thread-safe.
 */
public final class PositionExtractor {
    /** What a vector with positions says about how it was made. */
    public static final String METHOD = "adasteer";

    private final int batchSize;
    private final ProgressListener progress;

    private PositionExtractor(int batchSize, ProgressListener progress) {
        this.batchSize = batchSize;
        this.progress = progress;
    }

    /** @return batches of 16, no progress */
    public static PositionExtractor withDefaults() {
        return new PositionExtractor(ActivationReader.DEFAULT_BATCH_SIZE, ProgressListener.NONE);
    }

    /**
     * @param rows most prompts in one forward pass, at least 1
     * @return a copy with it
     * @throws BadRequest if it is less than 1
     */
    public PositionExtractor withBatchSize(int rows) {
        return new PositionExtractor(Require.atLeast("The batch size", rows, 1), progress);
    }

    /**
     * @param listener told how many prompts are done
     * @return a copy with it
     */
    public PositionExtractor withProgress(ProgressListener listener) {
        return new PositionExtractor(batchSize, listener);
    }

    /**
     * @param model the model to look into
     * @param prompts both classes
     * @param difference the mean difference of the same prompts
     * @return it with positions as its reads, by the method {@value #METHOD}, and raw scale
     * @throws dev.steering.core.SteeringException if a class is empty, a prompt does not fit or an activation is not finite
     */
    public SteeringVector extract(ChatModel model, ContrastSet prompts, SteeringVector difference) {
        if (prompts.harmful().isEmpty() || prompts.harmless().isEmpty()) {
            throw new BadRequest("Positions need prompts of both classes, found "
                    + prompts.harmful().size() + " harmful and "
                    + prompts.harmless().size() + " harmless.");
        }
        double[][] harmful = means(model, "harmful prompts again", prompts.harmful());
        double[][] harmless = means(model, "harmless prompts again", prompts.harmless());
        return difference
                .withReads(LayerReads.positions(harmful, harmless))
                .withScale(VectorScale.RAW)
                .withProvenance(difference
                        .provenance()
                        .withMethod(METHOD, difference.provenance().seed()));
    }

    private double[][] means(ChatModel model, String stage, List<String> prompts) {
        List<int[]> tokens = prompts.stream().map(model::encode).toList();
        List<List<Capture>> captures = tokens.stream()
                .map(row -> List.of(Capture.token(row.length - 1)))
                .toList();
        double[][] means =
                new double[model.manifest().layers()][model.manifest().hidden()];
        ActivationReader.of(model.model())
                .withBatchSize(batchSize)
                .withProgress(progress)
                .read(stage, tokens, captures, (prompt, h) -> {
                    for (int l = 0; l < means.length; l++) {
                        for (int i = 0; i < means[l].length; i++) {
                            means[l][i] += h[0][l][i] / (double) tokens.size();
                        }
                    }
                });
        return means;
    }
}
