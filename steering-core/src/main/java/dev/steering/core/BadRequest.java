package dev.steering.core;

import org.jspecify.annotations.Nullable;

/** A request asks for what cannot be done: values out of range, or parts that do not go together. */
public non-sealed class BadRequest extends SteeringException {
    private static final long serialVersionUID = 1L;

    /** @param message what failed, what was expected, what was found, what to do */
    public BadRequest(String message) {
        super(message);
    }

    /**
     * @param message what failed, what was expected, what was found, what to do
     * @param cause the lower-level failure
     */
    public BadRequest(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
