package dev.steering.model.decode;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;

/**
 * How the logits of two contexts become those that the next token is chosen by: {@code z = f(z_1, z_2)}. Implementations are
 * stateless and thread-safe.
 *
 * @see Draft#contrasting
 */
@FunctionalInterface
public interface LogitContrast {
    /** One of the two contexts. */
    enum Side {
        /** z_1. */
        FIRST,
        /** z_2. */
        SECOND
    }

    /**
     * @param first logits of the first context, {@code [vocabulary]}; overwritten with the combined ones
     * @param second logits of the second context, {@code [vocabulary]}; not to be relied on afterwards
     * @param step how many tokens have been written, 0 for the first one
     */
    void combine(float[] first, float[] second, int step);

    /**
     * {@code z = w_1 z_1 + w_2 z_2} on raw logits. Log-probabilities would order the tokens in the same way: they differ from
     * logits by a constant per context.
     *
     * @param weightFirst w_1, finite
     * @param weightSecond w_2, finite
     * @return that contrast; a token that is impossible (minus infinity) in either context stays impossible
     * @throws BadRequest if a weight is not finite
     */
    static LogitContrast weighted(double weightFirst, double weightSecond) {
        Require.finite("The weight of the first context", weightFirst);
        Require.finite("The weight of the second context", weightSecond);
        return (first, second, step) -> {
            for (int t = 0; t < first.length; t++) {
                boolean impossible = first[t] == Float.NEGATIVE_INFINITY || second[t] == Float.NEGATIVE_INFINITY;
                first[t] = impossible
                        ? Float.NEGATIVE_INFINITY
                        : (float) (weightFirst * first[t] + weightSecond * second[t]);
            }
        };
    }

    /**
     * The adaptive plausibility constraint of contrastive decoding (Li et al. 2023, arXiv 2210.15097): only tokens whose
     * probability in the expert's context is at least beta times that of its most probable token can be chosen. In logits:
     * {@code z_expert >= max z_expert + ln beta}.
     *
     * @param beta in (0, 1]; 0.1 in the paper
     * @param expert the context that the contrast favours
     * @return this contrast with all other tokens impossible
     * @throws BadRequest if beta is out of its range
     */
    default LogitContrast plausible(double beta, Side expert) {
        if (!(beta > 0 && beta <= 1)) {
            throw new BadRequest("The plausibility bound must be in (0, 1], found " + Require.words(beta) + ".");
        }
        double margin = Math.log(beta);
        return (first, second, step) -> {
            float[] judge = (expert == Side.FIRST ? first : second).clone();
            double lowest = judge[Logits.argmax(judge)] + margin;
            combine(first, second, step);
            for (int t = 0; t < first.length; t++) {
                if (judge[t] < lowest) {
                    first[t] = Float.NEGATIVE_INFINITY;
                }
            }
        };
    }

    /**
     * Contrasts the first tokens only, since a refusal is decided by them; SafeDecoding does so with its two models (Xu et al.
     * 2024, arXiv 2402.08983).
     *
     * @param steps how many tokens are chosen by this contrast, at least 1
     * @param after the context that alone chooses the others
     * @return that contrast
     * @throws BadRequest if there are fewer than 1
     */
    default LogitContrast firstSteps(int steps, Side after) {
        Require.atLeast("The number of contrasted tokens", steps, 1);
        return (first, second, step) -> {
            if (step < steps) {
                combine(first, second, step);
            } else if (after == Side.SECOND) {
                System.arraycopy(second, 0, first, 0, first.length);
            }
        };
    }
}
