package dev.steering.model.decode;

import java.util.List;

/**
 * How probable a token was that was written, by the logits from which the method chose: the logarithm of their softmax, before the repetition
 * penalty, the temperature and whatever keeps tokens from being sampled. Immutable.
 *
 * @param token the token
 * @param logProbability natural logarithm of its probability, at most 0
 * @param likely the most probable tokens in its place, most probable first; the token itself may be among them
 */
public record TokenLikelihood(int token, double logProbability, List<Alternative> likely) {
    /**
     * A token that could have stood there.
     *
     * @param token the token
     * @param logProbability natural logarithm of its probability, at most 0 and finite
     */
    public record Alternative(int token, double logProbability) {}

    /** Copies the list. */
    public TokenLikelihood {
        likely = List.copyOf(likely);
    }
}
