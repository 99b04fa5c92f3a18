package dev.steering.core;

/** The time that a request was given ran out before anything of its answer was written. */
public final class DeadlineExceeded extends SteeringException {
    private static final long serialVersionUID = 1L;

    /** @param message what failed, what was expected, what was found, what to do */
    public DeadlineExceeded(String message) {
        super(message);
    }
}
