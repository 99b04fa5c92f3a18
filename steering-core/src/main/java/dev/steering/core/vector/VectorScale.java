package dev.steering.core.vector;

/** What a strength multiplies: SCANS's published code uses unit vectors, its Eq. 1 the raw mean difference. */
public enum VectorScale {
    /** Every layer's direction has norm 1. */
    UNIT,
    /** The direction keeps the norm that extraction gave it. */
    RAW
}
