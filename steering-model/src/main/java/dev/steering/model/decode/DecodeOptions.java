package dev.steering.model.decode;

import dev.steering.core.BadRequest;
import java.util.List;

/**
 * How to write text. Immutable.
 *
 * <p>Of the tokens that sampling could pick, {@code topK} keeps the most probable ones, {@code topP} of those the smallest set whose
 * share reaches it, and {@code minP} of those all that are at least that times as probable as the best: in this order, as Hugging
 * Face's generate does it.
 *
 * @param maxNewTokens most tokens to write, at least 1
 * @param temperature 0 for greedy decoding, otherwise the softmax temperature
 * @param topK how many tokens are sampled from at most; 0 for no limit
 * @param topP smallest set of tokens whose probabilities reach it is sampled from, in (0, 1]; 1 for all
 * @param minP tokens less probable than this times the most probable one are left out, 0 to below 1; 0 for none
 * @param repetitionPenalty logits of tokens seen before are divided (if positive) or multiplied (if negative) by it, at least
 *     1; 1 for none (Keskar et al. 2019, arXiv 1909.05858, as Hugging Face implements it)
 * @param seed seed of the sampling; every text has its own stream, so that it does not depend on its neighbours
 * @param stop texts that end an answer where they appear in it; they are cut off
 * @param alternatives how many of the most probable tokens are told with each token that is written, and how probable that was; {@link
 *     #UNTOLD} for nothing of the kind
 */
public record DecodeOptions(
        int maxNewTokens,
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        long seed,
        List<String> stop,
        int alternatives) {
    /** How probable tokens were is not told. */
    public static final int UNTOLD = -1;

    /**
     * How probable tokens were is not told.
     *
     * @param maxNewTokens most tokens to write, at least 1
     * @param temperature 0 for greedy decoding, otherwise the softmax temperature
     * @param topK how many tokens are sampled from at most; 0 for no limit
     * @param topP smallest set of tokens whose probabilities reach it is sampled from, in (0, 1]; 1 for all
     * @param minP tokens less probable than this times the most probable one are left out, 0 to below 1; 0 for none
     * @param repetitionPenalty logits of tokens seen before are divided (if positive) or multiplied (if negative) by it
     * @param seed seed of the sampling
     * @param stop texts that end an answer where they appear in it
     * @throws BadRequest if a value is out of its range
     */
    public DecodeOptions(
            int maxNewTokens,
            double temperature,
            int topK,
            double topP,
            double minP,
            double repetitionPenalty,
            long seed,
            List<String> stop) {
        this(maxNewTokens, temperature, topK, topP, minP, repetitionPenalty, seed, stop, UNTOLD);
    }

    /**
     * Copies the list.
     *
     * @throws BadRequest if a value is out of its range
     */
    public DecodeOptions {
        require(maxNewTokens >= 1, "The most new tokens must be at least 1", maxNewTokens);
        require(temperature >= 0 && !Double.isInfinite(temperature), "The temperature must be 0 or more", temperature);
        require(topK >= 0, "Top-k must be at least 1, or 0 for no limit", topK);
        require(topP > 0 && topP <= 1, "Top-p must be above 0 and at most 1", topP);
        require(minP >= 0 && minP < 1, "Min-p must be at least 0 and below 1", minP);
        require(
                repetitionPenalty >= 1 && !Double.isInfinite(repetitionPenalty),
                "The repetition penalty must be at least 1",
                repetitionPenalty);
        require(alternatives >= UNTOLD, "The most probable tokens to be told must be 0 or more", alternatives);
        stop = List.copyOf(stop);
        if (stop.contains("")) {
            throw new BadRequest("A stop text is empty: every answer would end before it begins. Leave it out.");
        }
    }

    private static void require(boolean holds, String rule, Object found) {
        if (!holds) {
            throw new BadRequest(rule + ", found " + found + ".");
        }
    }

    /**
     * @param maxNewTokens most tokens to write
     * @return greedy decoding without repetition penalty
     */
    public static DecodeOptions greedy(int maxNewTokens) {
        return new DecodeOptions(maxNewTokens, 0, 0, 1, 0, 1, 0, List.of());
    }

    /**
     * @param penalty repetition penalty, 1 for none
     * @return a copy with it
     */
    public DecodeOptions withRepetitionPenalty(double penalty) {
        return new DecodeOptions(maxNewTokens, temperature, topK, topP, minP, penalty, seed, stop, alternatives);
    }

    /**
     * @param newTemperature 0 for greedy
     * @param newTopP nucleus, 1 for all tokens
     * @param newSeed seed of the sampling
     * @return a copy that samples
     */
    public DecodeOptions withSampling(double newTemperature, double newTopP, long newSeed) {
        return new DecodeOptions(
                maxNewTokens, newTemperature, topK, newTopP, minP, repetitionPenalty, newSeed, stop, alternatives);
    }

    /**
     * @param count how many of the most probable tokens are told with each that is written, at least 0
     * @return a copy that tells how probable tokens were
     */
    public DecodeOptions withLikelihoods(int count) {
        return new DecodeOptions(
                maxNewTokens, temperature, topK, topP, minP, repetitionPenalty, seed, stop, Math.max(0, count));
    }
}
