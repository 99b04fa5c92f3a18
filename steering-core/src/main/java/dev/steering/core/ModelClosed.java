package dev.steering.core;

/** The model was closed before the work was done. */
public final class ModelClosed extends SteeringException {
    private static final long serialVersionUID = 1L;

    /** @param message what failed, what was expected, what was found, what to do */
    public ModelClosed(String message) {
        super(message);
    }
}
