package dev.steering.eval.run;

/**
 * What a method's answers cost on this machine.
 *
 * @param answers answers written
 * @param tokens tokens written
 * @param seconds time it took, prompts included
 */
public record Cost(long answers, long tokens, double seconds) {
    /** Nothing yet. */
    static final Cost NONE = new Cost(0, 0, 0);

    Cost plus(Cost other) {
        return new Cost(answers + other.answers, tokens + other.tokens, seconds + other.seconds);
    }

    /** @return tokens written per second; 0 if no time was measured */
    public double tokensPerSecond() {
        return seconds == 0 ? 0 : tokens / seconds;
    }
}
