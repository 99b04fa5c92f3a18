package dev.steering.eval.utility;

import org.jspecify.annotations.Nullable;

/**
 * What a method does to the model's language.
 *
 * @param divergence mean KL(unsteered || method) per token, nats; null if it was not measured
 * @param divergenceTokens tokens that it is the mean of
 * @param perplexity of the text; null if it was not measured, or means nothing for the method
 * @param perplexityTokens tokens that it was measured on
 */
public record Utility(
        @Nullable Double divergence, long divergenceTokens, @Nullable Double perplexity, long perplexityTokens) {}
