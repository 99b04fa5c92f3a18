package dev.steering.core;

/** More requests wait than the model was told to hold. */
public final class QueueFull extends SteeringException {
    private static final long serialVersionUID = 1L;

    /** @param message what failed, what was expected, what was found, what to do */
    public QueueFull(String message) {
        super(message);
    }
}
