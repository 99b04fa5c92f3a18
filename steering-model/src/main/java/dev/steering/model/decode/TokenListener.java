package dev.steering.model.decode;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** Hears text as it is written. Called from the generating thread; must be quick. */
@FunctionalInterface
public interface TokenListener {
    /** Leaves the choice of the next token to the sampling. */
    int CHOOSE = -1;

    /** Hears nothing and stops nothing. */
    TokenListener NONE = (text, piece) -> true;

    /**
     * @param text number of the text
     * @param piece what has become certain of it; may be empty while a character, or what may be a stop text, is incomplete
     * @return false to stop this text
     */
    boolean onText(int text, String piece);

    /**
     * Asked before each token is chosen. A listener that answers reads along what the method makes of a given text: its logits are
     * those that the method itself would choose by, before any repetition penalty.
     *
     * @param text number of the text
     * @param logits logits of the next token, {@code [vocabulary]} from index 0 to the limit; only to be read, and only valid during
     *     the call
     * @return the token to append; {@link #CHOOSE} to leave it to the sampling
     */
    default int nextToken(int text, FloatBuffer logits) {
        return CHOOSE;
    }

    /**
     * Asked before every forward pass, the first included.
     *
     * @param text number of the text
     * @return why it is to end now; null to go on
     */
    default Generation.@Nullable Finish interrupted(int text) {
        return null;
    }
}
