package dev.steering.core.vector;

/** How strictly a steering vector must belong to the model that it is applied to. */
public enum ModelCheck {
    /** Only the very model that it was extracted from, asked in the same way: see {@link TargetModel#requireFits}. */
    SAME_MODEL,
    /** Any model of the same size, asked in whatever way: the caller insists. */
    ANY_MODEL
}
