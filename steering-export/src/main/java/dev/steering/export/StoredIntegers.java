package dev.steering.export;

/** What becomes of matrices that a checkpoint stores as integers. */
public enum StoredIntegers {
    /** They stay as they are, bit by bit; activations are rounded to 8 bits for the product, which is several times faster. */
    KEPT,
    /** They stay as they are, and activations are left in single precision. */
    KEPT_WITH_EXACT_ACTIVATIONS,
    /** The numbers that they stand for are written out, for the precision that is chosen. */
    WIDENED
}
