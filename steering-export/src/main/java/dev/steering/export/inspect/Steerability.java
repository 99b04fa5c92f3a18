package dev.steering.export.inspect;

import org.jspecify.annotations.Nullable;

/**
 * Whether something can be steered.
 *
 * @param answer in a word
 * @param detail in words: how, or why not
 * @param next the command to run next; null if there is none
 */
public record Steerability(Answer answer, String detail, @Nullable String next) {
    /** Whether it can be steered. */
    public enum Answer {
        /** It can be steered as it is. */
        YES,
        /** It can be steered once it is exported to a bundle. */
        AFTER_EXPORT,
        /** This version of the program cannot make it steerable. */
        NO,
        /** It was not examined whether it can be steered. */
        UNKNOWN,
        /** It is no model but a steering vector. */
        IS_VECTOR,
        /** It is no model but a pair of soft prompts for contrastive decoding. */
        IS_SOFT_PROMPTS
    }
}
