package dev.steering.model.decode;

import java.util.List;

/**
 * What was written after one prompt.
 *
 * @param tokens the new tokens, without the end token
 * @param text their text, without special tokens
 * @param finish why it ended
 */
public record Generation(List<Integer> tokens, String text, Finish finish) {
    /** Why a text ended. */
    public enum Finish {
        /** The model wrote an end token. */
        END,
        /** The limit of new tokens or the context was reached. */
        LENGTH,
        /** The listener stopped it. */
        CANCELLED
    }

    /** Copies the list. */
    public Generation {
        tokens = List.copyOf(tokens);
    }
}
