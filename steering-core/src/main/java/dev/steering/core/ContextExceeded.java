package dev.steering.core;

/** A prompt does not fit the model's context. */
public final class ContextExceeded extends SteeringException {
    private static final long serialVersionUID = 1L;

    private final int tokens;
    private final int context;

    /**
     * @param message what does not fit, and what to do
     * @param tokens how long it is
     * @param context how many tokens the model takes
     */
    public ContextExceeded(String message, int tokens, int context) {
        super(message);
        this.tokens = tokens;
        this.context = context;
    }

    /** @return how many tokens were to go in */
    public int tokens() {
        return tokens;
    }

    /** @return how many tokens the model takes */
    public int context() {
        return context;
    }
}
