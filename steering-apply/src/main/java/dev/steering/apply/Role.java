package dev.steering.apply;

import dev.steering.model.chat.Turn;

/** Who says a {@link Message}. */
public enum Role {
    /** What the model is told before the conversation; first or not at all. */
    SYSTEM(Turn.SYSTEM),
    /** Who asks. */
    USER(Turn.USER),
    /** The model. */
    ASSISTANT(Turn.ASSISTANT);

    private final String label;

    Role(String label) {
        this.label = label;
    }

    /** @return as chat templates and files call it */
    @Override
    public String toString() {
        return label;
    }
}
