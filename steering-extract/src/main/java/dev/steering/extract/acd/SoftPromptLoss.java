package dev.steering.extract.acd;

import java.util.List;

/** Loss of a model's responses under a soft prompt, and its gradient with respect to the soft prompt. Implementations are thread-safe. */
public interface SoftPromptLoss {
    /**
     * One response under the soft prompt. The tokens are not copied and must not change.
     *
     * @param tokens prompt and response, any token where a soft row will be
     * @param softStart 0-based position of the soft prompt's first row
     * @param responseStart 0-based position of the response's first token; it ends with the tokens
     * @param term which loss
     * @param weight what the mean of the loss over the response's tokens is multiplied with
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Example(int[] tokens, int softStart, int responseStart, Term term, double weight) {
        /** @throws IllegalArgumentException if there is no response or nothing in front of it */
        public Example {
            if (responseStart < 1 || responseStart >= tokens.length || softStart < 0 || softStart >= responseStart) {
                throw new IllegalArgumentException(
                        "soft prompt at " + softStart + ", response at " + responseStart + " of " + tokens.length);
            }
        }
    }

    /** What is minimised. */
    enum Term {
        /** {@code -log p(token)}. */
        LIKELIHOOD,
        /** {@code -log(1 - p(token))}. */
        UNLIKELIHOOD
    }

    /**
     * A loss with its gradient. The array is not copied and must not change.
     *
     * @param loss sum over the examples of weight times the mean over the response's tokens
     * @param gradient row-major {@code [rows, hidden]}
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Gradient(double loss, double[] gradient) {}

    /**
     * @param soft the soft prompt, row-major {@code [rows, hidden]}
     * @param examples at least one
     * @return loss and gradient
     */
    Gradient gradient(float[] soft, List<Example> examples);

    /**
     * @param soft the soft prompt, row-major {@code [rows, hidden]}
     * @param examples at least one
     * @return the loss alone
     */
    double loss(float[] soft, List<Example> examples);
}
