package dev.steering.eval;

import dev.steering.core.Require;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation measures beside refusals.
 *
 * @param divergence whether to measure the divergence from the unsteered model
 * @param text what to measure the perplexity of; null for nothing
 * @param window tokens of a window of that text
 * @param costRounds rounds in which costs are measured; 0 for none
 */
record Measures(boolean divergence, @Nullable String text, int window, int costRounds) {
    static final int DEFAULT_WINDOW = 512;

    /** Refusals alone. */
    static final Measures NONE = new Measures(false, null, DEFAULT_WINDOW, 0);

    Measures {
        Require.atLeast("The number of tokens of a window", window, 2);
        Require.atLeast("The number of cost rounds", costRounds, 0);
    }

    boolean utility() {
        return divergence || text != null;
    }
}
