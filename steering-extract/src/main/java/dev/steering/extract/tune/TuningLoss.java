package dev.steering.extract.tune;

import dev.steering.gradient.LossTerm;
import java.util.List;

/**
 * Loss of a frozen model's responses as a function of what is tuned, a soft prompt or a vector, and its gradient. Implementations are
 * thread-safe.
 */
public interface TuningLoss {
    /**
     * One response under what is tuned. The tokens are not copied and must not change.
     *
     * @param tokens prompt and response, any token where a soft row will be
     * @param start 0-based position of the soft prompt's first row, or the first at which the vector is added
     * @param responseStart 0-based position of the response's first token; it ends with the tokens
     * @param term which loss
     * @param factor what a vector is multiplied with, such as -1; 1 for soft prompts
     * @param weight what the mean of the loss over the response's tokens is multiplied with
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Example(int[] tokens, int start, int responseStart, LossTerm term, double factor, double weight) {
        /** @throws IllegalArgumentException if there is no response or nothing in front of it */
        public Example {
            if (responseStart < 1 || responseStart >= tokens.length || start < 0 || start >= responseStart) {
                throw new IllegalArgumentException(
                        "tuned from " + start + " on, response at " + responseStart + " of " + tokens.length);
            }
        }

        Example withWeight(double newWeight) {
            return new Example(tokens, start, responseStart, term, factor, newWeight);
        }
    }

    /**
     * A loss with its gradient. The array is not copied and must not change.
     *
     * @param loss sum over the examples of weight times the mean over the response's tokens
     * @param gradient row-major, one number for each of the tuned values
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Gradient(double loss, double[] gradient) {}

    /**
     * @param values what is tuned, row-major {@code [rows, hidden]}
     * @param examples at least one
     * @return loss and gradient
     */
    Gradient gradient(float[] values, List<Example> examples);

    /**
     * @param values what is tuned, row-major {@code [rows, hidden]}
     * @param examples at least one
     * @return the loss alone
     */
    double loss(float[] values, List<Example> examples);
}
