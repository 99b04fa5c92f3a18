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
        /** As it is. */
        YES,
        /** Once it is exported. */
        AFTER_EXPORT,
        /** Not with this version. */
        NO,
        /** Nobody has looked. */
        UNKNOWN,
        /** It is what steers. */
        IS_VECTOR,
        /** It is what contrastive decoding adds. */
        IS_SOFT_PROMPTS
    }
}
