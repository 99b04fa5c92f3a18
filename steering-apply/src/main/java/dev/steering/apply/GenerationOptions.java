package dev.steering.apply;

import dev.steering.core.Require;
import dev.steering.model.decode.DecodeOptions;
import java.util.Arrays;
import java.util.List;

/**
 * How an answer is written. Immutable; made by a {@link #builder()}.
 *
 * <p>Of the tokens that sampling could pick, top-k keeps the most probable ones, top-p of those the smallest set whose share reaches
 * it, and min-p all that are at least that times as probable as the best.
 */
public final class GenerationOptions {
    /** Most tokens of an answer unless told otherwise. */
    public static final int DEFAULT_MAX_NEW_TOKENS = 256;

    private final DecodeOptions decode;

    private GenerationOptions(DecodeOptions decode) {
        this.decode = decode;
    }

    /** @return greedy, at most {@value #DEFAULT_MAX_NEW_TOKENS} tokens, no repetition penalty, until it is told otherwise */
    public static Builder builder() {
        return new Builder();
    }

    /** @return greedy, at most {@value #DEFAULT_MAX_NEW_TOKENS} tokens, no repetition penalty */
    public static GenerationOptions defaults() {
        return greedy(DEFAULT_MAX_NEW_TOKENS);
    }

    /**
     * @param maxNewTokens most tokens of an answer, at least 1
     * @return greedy decoding without repetition penalty
     */
    public static GenerationOptions greedy(int maxNewTokens) {
        return new GenerationOptions(DecodeOptions.greedy(maxNewTokens));
    }

    /**
     * @param penalty repetition penalty, at least 1; 1 for none
     * @return a copy with it
     */
    public GenerationOptions withRepetitionPenalty(double penalty) {
        return new GenerationOptions(decode.withRepetitionPenalty(penalty));
    }

    /** @return the same as the runtime has it */
    public DecodeOptions decode() {
        return decode;
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private int maxNewTokens = DEFAULT_MAX_NEW_TOKENS;
        private double temperature;
        private int topK;
        private double topP = 1;
        private double minP;
        private double repetitionPenalty = 1;
        private long seed;
        private List<String> stop = List.of();
        private int alternatives = DecodeOptions.UNTOLD;

        private Builder() {}

        /**
         * @param tokens most tokens of the answer, at least 1
         * @return this
         */
        public Builder maxNewTokens(int tokens) {
            maxNewTokens = tokens;
            return this;
        }

        /**
         * @param texts texts that end the answer where they appear in it; they are cut off, and never streamed in part
         * @return this
         */
        public Builder stop(String... texts) {
            stop = Arrays.asList(texts.clone());
            return this;
        }

        /**
         * @param value 0 for greedy decoding, otherwise the softmax temperature
         * @return this
         */
        public Builder temperature(double value) {
            temperature = value;
            return this;
        }

        /**
         * @param share smallest set of tokens whose probabilities reach it is sampled from, above 0 and at most 1; 1 for all
         * @return this
         */
        public Builder topP(double share) {
            topP = share;
            return this;
        }

        /**
         * @param tokens how many tokens are sampled from at most; 0 for no limit
         * @return this
         */
        public Builder topK(int tokens) {
            topK = tokens;
            return this;
        }

        /**
         * @param share tokens less probable than this times the most probable one are left out, 0 to below 1
         * @return this
         */
        public Builder minP(double share) {
            minP = share;
            return this;
        }

        /**
         * @param number seed of the sampling: the same request with the same seed gives the same answer
         * @return this
         */
        public Builder seed(long number) {
            seed = number;
            return this;
        }

        /**
         * @param penalty logits of tokens seen before are divided (if positive) or multiplied (if negative) by it, at least 1
         * @return this
         */
        public Builder repetitionPenalty(double penalty) {
            repetitionPenalty = penalty;
            return this;
        }

        /**
         * Has the response tell how probable its tokens were ({@link ChatResponse#tokens}).
         *
         * @param count how many of the most probable tokens are told with each, at least 0
         * @return this
         */
        public Builder likelihoods(int count) {
            alternatives = Require.atLeast("The most probable tokens to be told", count, 0);
            return this;
        }

        /**
         * @return the options
         * @throws dev.steering.core.BadRequest if a value is out of its range
         */
        public GenerationOptions build() {
            return new GenerationOptions(new DecodeOptions(
                    maxNewTokens, temperature, topK, topP, minP, repetitionPenalty, seed, stop, alternatives));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GenerationOptions o && decode.equals(o.decode);
    }

    @Override
    public int hashCode() {
        return decode.hashCode();
    }

    @Override
    public String toString() {
        return "GenerationOptions" + decode.toString().substring("DecodeOptions".length());
    }
}
