package dev.steering.core.vector;

/**
 * What extraction measured at one layer, from running sums only.
 *
 * @param layer 0-based layer
 * @param directionNorm Euclidean norm of the raw mean difference
 * @param activationNorm mean of the norms of the two class means: the size of a typical activation, for judging strengths
 * @param separability distance of the class means in units of the within-class spread,
 *     {@code |m+ - m-| / sqrt((tr S+ + tr S-) / 2)} with S the biased class covariances; 0 if nothing varies
 */
public record LayerStatistics(int layer, double directionNorm, double activationNorm, double separability) {}
