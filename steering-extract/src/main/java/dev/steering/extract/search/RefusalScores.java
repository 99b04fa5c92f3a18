package dev.steering.extract.search;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.LengthBatches;
import dev.steering.model.pass.PassSteering;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first token of an answer says: whether it begins a refusal, and how far its distribution has moved. Sums are in double
 * precision; the constants that keep logarithms finite are those of the public code (github.com/andyrdt/refusal_direction).
 */
final class RefusalScores {
    private static final double SCORE_EPSILON = 1e-8;
    private static final double DIVERGENCE_EPSILON = 1e-6;

    private final ChatModel model;
    private final int[] refusal;
    private final int batchSize;

    RefusalScores(ChatModel model, int[] refusal, int batchSize) {
        this.model = model;
        this.refusal = refusal.clone();
        this.batchSize = batchSize;
    }

    /**
     * @param prompts encoded prompts
     * @param steering what is done to all of them; null for nothing
     * @return logits behind each prompt, {@code [prompts][vocabulary]}
     */
    float[][] logits(List<int[]> prompts, @Nullable PassSteering steering) {
        float[][] logits = new float[prompts.size()][];
        int[] lengths = prompts.stream().mapToInt(tokens -> tokens.length).toArray();
        ForwardResult result = null;
        for (int[] batch : LengthBatches.of(lengths, batchSize)) {
            ForwardRequest request = ForwardRequest.of(LengthBatches.pick(prompts, batch))
                    .withLastLogits()
                    .withSteering(steering);
            result = model.model().forward(request, result);
            for (int row = 0; row < batch.length; row++) {
                logits[batch[row]] = result.logits(row, 0);
            }
        }
        return logits;
    }

    /** {@code log(p + 1e-8) - log(1 - p + 1e-8)}, p being the probability of all refusal tokens together. */
    double score(float[] logits) {
        double[] probabilities = softmax(logits);
        double p = 0;
        for (int token : refusal) {
            p += probabilities[token];
        }
        return Math.log(p + SCORE_EPSILON) - Math.log(1 - p + SCORE_EPSILON);
    }

    double meanScore(float[][] logits) {
        double sum = 0;
        for (float[] row : logits) {
            sum += score(row);
        }
        return sum / logits.length;
    }

    /** Mean over the rows of {@code sum p (log(p + 1e-6) - log(q + 1e-6))}, in nats. */
    static double meanDivergence(float[][] from, float[][] to) {
        double sum = 0;
        for (int row = 0; row < from.length; row++) {
            double[] p = softmax(from[row]);
            double[] q = softmax(to[row]);
            for (int i = 0; i < p.length; i++) {
                sum += p[i] * (Math.log(p[i] + DIVERGENCE_EPSILON) - Math.log(q[i] + DIVERGENCE_EPSILON));
            }
        }
        return sum / from.length;
    }

    private static double[] softmax(float[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i] - most);
            sum += probabilities[i];
        }
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }
}
