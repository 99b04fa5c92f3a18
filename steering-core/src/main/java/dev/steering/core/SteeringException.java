package dev.steering.core;

import org.jspecify.annotations.Nullable;

/**
 * Something the user gave (a file, a request, a model) cannot be used.
 *
 * <p>The message is written for that user: what failed, what was expected, what was found, and what to do. The command
 * line prints it without a stack trace. Programming errors stay {@link IllegalArgumentException} and the like.
 *
 * <p>Messages quote what was found: what is too long is shortened, and control characters are shown as {@code \\u001b}.
 *
 * <p>Its subclasses are what a program may want to tell apart; an exception of this class itself is none of them.
 */
public sealed class SteeringException extends RuntimeException
        permits ContextExceeded,
                WrongModel,
                NumericOverflow,
                ModelClosed,
                QueueFull,
                DeadlineExceeded,
                BadFile,
                BadRequest {
    private static final long serialVersionUID = 1L;

    private @Nullable Remedy remedy;

    /** @param message what failed, what was expected, what was found, what to do */
    public SteeringException(String message) {
        super(MessageText.of(message));
    }

    /**
     * @param message what failed, what was expected, what was found, what to do
     * @param cause the lower-level failure
     */
    public SteeringException(String message, @Nullable Throwable cause) {
        super(MessageText.of(message), cause);
    }

    /**
     * @param what what the user can do about it; said once, before it is thrown
     * @return this
     */
    public SteeringException withRemedy(Remedy what) {
        remedy = what;
        return this;
    }

    /** @return what the user can do about it, beside what the message says; null if nothing in particular */
    public @Nullable Remedy remedy() {
        return remedy;
    }
}
