package dev.steering.gradient;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.model.pass.RuntimeOptions;

/**
 * How to run gradient graphs. Immutable.
 *
 * @param runtime threads and device
 * @param tokens most tokens, padding included, that run together: memory grows with them, and up to some hundreds so does
 *     speed; a longer row runs alone
 */
public record GradientOptions(RuntimeOptions runtime, int tokens) {
    private static final int TOKENS = 1024;

    /** @throws BadRequest if the number of tokens is not positive */
    public GradientOptions {
        Require.atLeast("The number of tokens that run together", tokens, 1);
    }

    /** @return all cores, best device, 1024 tokens */
    public static GradientOptions defaults() {
        return new GradientOptions(RuntimeOptions.defaults(), TOKENS);
    }

    /**
     * @param newTokens most tokens that run together, at least 1
     * @return a copy with it
     */
    public GradientOptions withTokens(int newTokens) {
        return new GradientOptions(runtime, newTokens);
    }

    /**
     * @param newRuntime threads and device
     * @return a copy with it
     */
    public GradientOptions withRuntime(RuntimeOptions newRuntime) {
        return new GradientOptions(newRuntime, tokens);
    }
}
