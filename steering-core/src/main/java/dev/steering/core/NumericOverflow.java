package dev.steering.core;

/** A number inside the model became infinite or undefined, so what follows from it means nothing. */
public final class NumericOverflow extends SteeringException {
    private static final long serialVersionUID = 1L;

    /** @param message what failed, what was expected, what was found, what to do */
    public NumericOverflow(String message) {
        super(message);
    }
}
