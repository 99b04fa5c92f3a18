package dev.steering.model.decode;

import java.nio.FloatBuffer;

/** Hears text as it is written. Called from the generating thread; must be quick. */
@FunctionalInterface
public interface TokenListener {
    /** Leaves the choice of the next token to the sampling. */
    int CHOOSE = -1;

    /** Hears nothing and stops nothing. */
    TokenListener NONE = (row, piece) -> true;

    /**
     * @param row index of the prompt
     * @param piece text that has become certain; may be empty while a character is incomplete
     * @return false to stop this row
     */
    boolean onText(int row, String piece);

    /**
     * Asked before each token is chosen. A listener that answers reads along what the method makes of a given text: its logits are
     * those that the method itself would choose by, before any repetition penalty.
     *
     * @param row index of the prompt
     * @param logits logits of the next token, {@code [vocabulary]} from index 0 to the limit; only to be read, and only valid during
     *     the call
     * @return the token to append; {@link #CHOOSE} to leave it to the sampling
     */
    default int nextToken(int row, FloatBuffer logits) {
        return CHOOSE;
    }

    /**
     * @param rows for each row of a batch its index to this listener
     * @return a listener to the batch that reports to this one
     */
    default TokenListener forBatch(int[] rows) {
        TokenListener all = this;
        return new TokenListener() {
            @Override
            public boolean onText(int row, String piece) {
                return all.onText(rows[row], piece);
            }

            @Override
            public int nextToken(int row, FloatBuffer logits) {
                return all.nextToken(rows[row], logits);
            }
        };
    }
}
