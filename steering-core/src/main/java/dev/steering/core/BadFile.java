package dev.steering.core;

import org.jspecify.annotations.Nullable;

/** A file cannot be read, because it is missing, damaged or of another kind, or cannot be written. */
public non-sealed class BadFile extends SteeringException {
    private static final long serialVersionUID = 1L;

    /** @param message what failed, what was expected, what was found, what to do */
    public BadFile(String message) {
        super(message);
    }

    /**
     * @param message what failed, what was expected, what was found, what to do
     * @param cause the lower-level failure
     */
    public BadFile(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
