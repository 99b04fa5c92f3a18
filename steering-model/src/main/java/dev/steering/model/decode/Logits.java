package dev.steering.model.decode;

import dev.steering.core.NumericOverflow;
import java.nio.FloatBuffer;

/** The choice that every other way of decoding is a variation of, and what makes probabilities of scores. Stateless and thread-safe. */
public final class Logits {
    private static final int BLOCK = 1024;

    private Logits() {}

    /**
     * @param logits one per token of the vocabulary
     * @return the first of the largest, as every reference implementation has it
     * @throws NumericOverflow if one is not a number: comparing would silently choose anything
     */
    public static int argmax(float[] logits) {
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int token = 0; token < logits.length; token++) {
            if (isMore(logits[token], most)) {
                most = number(logits[token], token);
                best = token;
            }
        }
        return best;
    }

    /**
     * What is taken from logits to make logarithms of probabilities of them, in double precision.
     *
     * @param logits one per token of the vocabulary; negative infinity for those that are excluded
     * @return ln of the sum of exponentials, shifted by the largest so that nothing overflows
     */
    public static double logSumExp(float[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        return most + Math.log(sum);
    }

    /** Room for a part of the logits, for {@link #argmax(FloatBuffer, float[])}. */
    static float[] newBlock() {
        return new float[BLOCK];
    }

    /** The same for logits wherever they are, without copying all of them. */
    static int argmax(FloatBuffer logits, float[] block) {
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int start = 0; start < logits.limit(); start += block.length) {
            int length = Math.min(block.length, logits.limit() - start);
            logits.get(start, block, 0, length);
            for (int i = 0; i < length; i++) {
                if (isMore(block[i], most)) {
                    most = number(block[i], start + i);
                    best = start + i;
                }
            }
        }
        return best;
    }

    /** One comparison for both: what is larger, and what is not a number. */
    private static boolean isMore(float logit, float most) {
        return !(logit <= most);
    }

    private static float number(float logit, int token) {
        if (Float.isNaN(logit)) {
            throw new NumericOverflow("The model's logits are not numbers (NaN for token " + token
                    + "): its arithmetic overflowed. Steer less, or use a model of wider precision.");
        }
        return logit;
    }
}
