package dev.steering.model.decode;

import dev.steering.model.pass.PassSteering;
import org.jspecify.annotations.Nullable;

/** A text that is to be written. Immutable; the token array is not copied and must not change. */
public final class Draft {
    private final int index;
    private final int[] prompt;
    private final @Nullable PassSteering steering;

    /**
     * @param index its number: the listener hears it, and its random numbers depend on it
     * @param prompt token ids of the whole prompt
     * @param steering what is done to its row, with one schedule; null for nothing. Texts that are written together share
     *     their direction sets
     * @throws IllegalArgumentException if the prompt is empty
     */
    public Draft(int index, int[] prompt, @Nullable PassSteering steering) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("text " + index + " has an empty prompt");
        }
        this.index = index;
        this.prompt = prompt;
        this.steering = steering;
    }

    /** @return its number */
    public int index() {
        return index;
    }

    /** @return token ids of the whole prompt */
    public int[] prompt() {
        return prompt;
    }

    /** @return what is done to its row; null for nothing */
    public @Nullable PassSteering steering() {
        return steering;
    }

    /** Number of the prompt's tokens but the last: what is read before the writing starts. */
    int beginning() {
        return prompt.length - 1;
    }
}
