package dev.steering.eval.utility;

/**
 * A sum over tokens.
 *
 * @param sum the sum, in nats
 * @param tokens how many there were
 */
public record TokenSum(double sum, long tokens) {
    /**
     * @param other of other tokens
     * @return of both
     */
    public TokenSum plus(TokenSum other) {
        return new TokenSum(sum + other.sum, tokens + other.tokens);
    }
}
