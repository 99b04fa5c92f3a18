package dev.steering.core;

/**
 * What a user can do about a {@link SteeringException}, for programs that know how that is done with them: the library's messages say what
 * is wrong, a command line adds which of its commands and options mends it.
 */
public enum Remedy {
    /** Name a steering vector. */
    GIVE_VECTOR,
    /** Name a strength, or anchor the vector's layers. */
    GIVE_STRENGTH,
    /** Name layers, or anchor the vector's layers. */
    GIVE_LAYERS,
    /** Anchor the vector's layers. */
    ANCHOR_LAYERS
}
