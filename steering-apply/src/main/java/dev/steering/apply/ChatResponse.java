package dev.steering.apply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param text what was written, up to where a stop text begins
 * @param finish why it ended
 * @param stopMatched the stop text that ended it; null if none did
 * @param usage what it took
 * @param decisions what the method decided about the question, in the order of its gates; empty for methods that decide nothing, and
 *     for answers that ended before the question was looked at
 * @param tokens the answer's tokens and how probable they were; empty unless {@link GenerationOptions.Builder#likelihoods} asks for them
 */
public record ChatResponse(
        String text,
        FinishReason finish,
        @Nullable String stopMatched,
        Usage usage,
        List<Decision> decisions,
        List<LikelyToken> tokens) {
    /**
     * A token of an answer, or one that could have stood in its place, and how probable it was: by the logits from which the method chose,
     * before the repetition penalty, the temperature and whatever keeps tokens from being sampled. Immutable.
     *
     * @param id the token's number in the vocabulary
     * @param text its text behind the token before it; U+FFFD where it holds a part of a character
     * @param logProbability natural logarithm of its probability, at most 0
     * @param likely the most probable tokens in its place, most probable first; empty for those themselves
     */
    public record LikelyToken(int id, String text, double logProbability, List<LikelyToken> likely) {
        /** Copies the list. */
        public LikelyToken {
            likely = List.copyOf(likely);
        }
    }

    public ChatResponse {
        decisions = List.copyOf(decisions);
        tokens = List.copyOf(tokens);
    }

    /**
     * An answer of whose tokens nothing is told.
     *
     * @param text what was written, up to where a stop text begins
     * @param finish why it ended
     * @param stopMatched the stop text that ended it; null if none did
     * @param usage what it took
     * @param decisions what the method decided about the question
     */
    public ChatResponse(
            String text, FinishReason finish, @Nullable String stopMatched, Usage usage, List<Decision> decisions) {
        this(text, finish, stopMatched, usage, decisions, List.of());
    }
}
