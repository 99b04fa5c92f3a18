package dev.steering.core;

/** A vector or another file belongs to another model, or to other circumstances of the same model. */
public final class WrongModel extends SteeringException {
    private static final long serialVersionUID = 1L;

    private final String part;

    /**
     * @param message which part differs, what was expected, what was found, what to do
     * @param part what differs, in a few words, such as {@code weights} or {@code chat template}
     */
    public WrongModel(String message, String part) {
        super(message);
        this.part = part;
    }

    /** @return what differs, in a few words */
    public String part() {
        return part;
    }
}
