package dev.steering.core.generation;

import dev.steering.core.SteeringException;

/** The choice that every other way of decoding is a variation of. */
public final class Logits {
    private Logits() {}

    /**
     * @param logits one per token of the vocabulary
     * @return the first of the largest, as every reference implementation has it
     * @throws SteeringException if one is not a number: comparing would silently choose anything
     */
    public static int argmax(float[] logits) {
        int best = 0;
        for (int t = 0; t < logits.length; t++) {
            if (Float.isNaN(logits[t])) {
                throw new SteeringException("The model's logits are not numbers (NaN for token " + t
                        + "): its arithmetic overflowed. Steer less, or use a model of wider precision.");
            }
            if (logits[t] > logits[best]) {
                best = t;
            }
        }
        return best;
    }
}
