package dev.steering.model.decode;

/**
 * How to write text. Immutable.
 *
 * @param maxNewTokens most tokens to write, at least 1
 * @param temperature 0 for greedy decoding, otherwise the softmax temperature
 * @param topP smallest set of tokens whose probabilities reach it is sampled from, in (0, 1]; 1 for all
 * @param repetitionPenalty logits of tokens seen before are divided (if positive) or multiplied (if negative) by it, at least
 *     1; 1 for none (Keskar et al. 2019, arXiv 1909.05858, as Hugging Face implements it)
 * @param seed seed of the sampling; every row has its own stream, so a row does not depend on its neighbours
 */
public record GenerationOptions(
        int maxNewTokens, double temperature, double topP, double repetitionPenalty, long seed) {
    /** @throws IllegalArgumentException if a value is out of its range */
    public GenerationOptions {
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException("maxNewTokens must be at least 1, found " + maxNewTokens);
        }
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException("temperature must be 0 or more, found " + temperature);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must be in (0, 1], found " + topP);
        }
        if (!(repetitionPenalty >= 1) || Double.isInfinite(repetitionPenalty)) {
            throw new IllegalArgumentException("repetitionPenalty must be at least 1, found " + repetitionPenalty);
        }
    }

    /**
     * @param maxNewTokens most tokens to write
     * @return greedy decoding without repetition penalty
     */
    public static GenerationOptions greedy(int maxNewTokens) {
        return new GenerationOptions(maxNewTokens, 0, 1, 1, 0);
    }

    /**
     * @param penalty repetition penalty, 1 for none
     * @return a copy with it
     */
    public GenerationOptions withRepetitionPenalty(double penalty) {
        return new GenerationOptions(maxNewTokens, temperature, topP, penalty, seed);
    }

    /**
     * @param newTemperature 0 for greedy
     * @param newTopP nucleus, 1 for all tokens
     * @param newSeed seed of the sampling
     * @return a copy that samples
     */
    public GenerationOptions withSampling(double newTemperature, double newTopP, long newSeed) {
        return new GenerationOptions(maxNewTokens, newTemperature, newTopP, repetitionPenalty, newSeed);
    }
}
