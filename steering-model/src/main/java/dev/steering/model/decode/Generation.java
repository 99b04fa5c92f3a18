package dev.steering.model.decode;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was written after one prompt.
 *
 * @param tokens the new tokens, without the end token; those of a stop text are among them
 * @param text their text, without special tokens, up to where a stop text begins
 * @param finish why it ended
 * @param stopMatched the stop text that ended it; null if none did
 * @param likelihoods how probable each of the tokens was; empty unless {@link DecodeOptions#withLikelihoods} asks for it
 */
public record Generation(
        List<Integer> tokens,
        String text,
        Finish finish,
        @Nullable String stopMatched,
        List<TokenLikelihood> likelihoods) {
    /** Why a text ended. */
    public enum Finish {
        /** The model wrote an end token. */
        END,
        /** A stop text appeared. */
        STOP,
        /** The limit of new tokens was reached. */
        LENGTH,
        /** The model's context was full before the limit of new tokens was reached. */
        CONTEXT,
        /** Whoever listened did not want more. */
        CANCELLED,
        /** Its time ran out. */
        DEADLINE
    }

    public Generation {
        tokens = List.copyOf(tokens);
        likelihoods = List.copyOf(likelihoods);
    }

    /**
     * A text of whose tokens nothing more is told.
     *
     * @param tokens the new tokens, without the end token
     * @param text their text, without special tokens
     * @param finish why it ended
     * @param stopMatched the stop text that ended it; null if none did
     */
    public Generation(List<Integer> tokens, String text, Finish finish, @Nullable String stopMatched) {
        this(tokens, text, finish, stopMatched, List.of());
    }

    /**
     * A text that no stop text ended.
     *
     * @param tokens the new tokens, without the end token
     * @param text their text, without special tokens
     * @param finish why it ended
     */
    public Generation(List<Integer> tokens, String text, Finish finish) {
        this(tokens, text, finish, null);
    }
}
