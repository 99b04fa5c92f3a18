package dev.steering.core.vector;

/** How strictly a steering vector must belong to the model that it is applied to. */
public enum ModelCheck {
    /** Only the very model that it was extracted from. */
    SAME_MODEL,
    /** Any model of the same size: the user said {@code --any-model}. */
    ANY_MODEL
}
