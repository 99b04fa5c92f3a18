package dev.steering.apply;

import dev.steering.model.decode.Generation;

/** Why an answer ended. */
public enum FinishReason {
    /** The model wrote an end token. */
    END,
    /** A stop text appeared; it is cut off. */
    STOP,
    /** The limit of new tokens was reached. */
    LENGTH,
    /** The model's context was full before the limit of new tokens was reached. */
    CONTEXT,
    /** The caller cancelled, or its thread was interrupted. */
    CANCELLED,
    /** The request's time ran out. */
    DEADLINE;

    static FinishReason of(Generation.Finish finish) {
        return switch (finish) {
            case END -> END;
            case STOP -> STOP;
            case LENGTH -> LENGTH;
            case CONTEXT -> CONTEXT;
            case CANCELLED -> CANCELLED;
            case DEADLINE -> DEADLINE;
        };
    }
}
