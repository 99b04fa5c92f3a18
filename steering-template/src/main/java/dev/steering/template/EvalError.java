package dev.steering.template;

/** A failure while rendering, before the line is known; {@link ChatTemplate} turns it into a {@link TemplateException}. */
final class EvalError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean raisedByTemplate;

    private EvalError(String message, boolean raisedByTemplate) {
        super(message);
        this.raisedByTemplate = raisedByTemplate;
    }

    EvalError(String message) {
        this(message, false);
    }

    /** The template called {@code raise_exception}. */
    static EvalError raised(String message) {
        return new EvalError(message, true);
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    boolean raisedByTemplate() {
        return raisedByTemplate;
    }
}
