package dev.steering.template;

/**
 * A chat template cannot be read, or cannot be rendered for these messages.
 *
 * <p>Templates refuse conversations on purpose by calling {@code raise_exception(message)}: then
 * {@link #raisedByTemplate()} is true and {@link #getMessage()} is exactly what the template said. Otherwise the message
 * names the line and {@link #reason()} is the bare cause, in Python's words where Python has some.
 */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final int line;
    private final boolean raisedByTemplate;

    private TemplateException(String message, String reason, int line, boolean raisedByTemplate) {
        super(message);
        this.reason = reason;
        this.line = line;
        this.raisedByTemplate = raisedByTemplate;
    }

    static TemplateException syntax(String reason, int line) {
        return new TemplateException("chat template, line " + line + ": syntax error: " + reason, reason, line, false);
    }

    static TemplateException rendering(EvalError error, int line) {
        String reason = error.reason();
        String message = error.raisedByTemplate() ? reason : "chat template, line " + line + ": " + reason;
        return new TemplateException(message, reason, line, error.raisedByTemplate());
    }

    /** @return the cause without the line; for {@code raise_exception}, exactly the template's message */
    public String reason() {
        return reason;
    }

    /** @return 1-based line of the template's statement that failed */
    public int line() {
        return line;
    }

    /** @return whether the template itself refused, by calling {@code raise_exception} */
    public boolean raisedByTemplate() {
        return raisedByTemplate;
    }
}
