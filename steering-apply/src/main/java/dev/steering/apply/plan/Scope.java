package dev.steering.apply.plan;

import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import java.util.function.IntPredicate;

/**
 * At which positions a step acts: the first of a span and every k-th after it.
 *
 * @param span which range
 * @param every k, at least 1; 1 for every position of the span
 */
public record Scope(Span span, int every) {
    /** @throws SteeringException if k is less than 1 */
    public Scope {
        Require.atLeast("The distance between positions of a scope", every, 1);
    }

    /**
     * @param span which range
     * @return every position of it
     */
    public static Scope from(Span span) {
        return new Scope(span, 1);
    }

    /**
     * @param position 0-based position in the row, prompt and answer counted through
     * @param promptTokens length of the row's prompt
     * @return whether the step acts there, in a text that thinks nothing
     */
    public boolean includes(int position, int promptTokens) {
        return includes(position, promptTokens, unused -> false);
    }

    /**
     * @param position 0-based position in the row, prompt and answer counted through
     * @param promptTokens length of the row's prompt
     * @param thinking whether what comes after the token at a position is thinking
     * @return whether the step acts there
     */
    public boolean includes(int position, int promptTokens, IntPredicate thinking) {
        if (span.dependsOnThinking() && thinking.test(position) != (span == Span.THINKING)) {
            return false;
        }
        int first = span.first(promptTokens);
        boolean inside = position >= first && (span != Span.PROMPT || position < promptTokens);
        return inside && (position - first) % every == 0;
    }

    /**
     * @param promptTokens length of a row's prompt
     * @return the first position at which the step may act
     */
    public int first(int promptTokens) {
        return span.first(promptTokens);
    }

    String words() {
        return every == 1 ? span.words() : "every " + every + ". of " + span.words();
    }
}
