package dev.steering.core.vector;

import dev.steering.core.reliability.LayerReliability;
import org.jspecify.annotations.Nullable;

/**
 * What extraction measured at one layer.
 *
 * @param layer 0-based layer
 * @param directionNorm Euclidean norm of the raw mean difference
 * @param activationNorm mean of the norms of the two class means: the size of a typical activation, for judging strengths
 * @param separability distance of the class means in units of the within-class spread,
 *     {@code |m+ - m-| / sqrt((tr S+ + tr S-) / 2)} with S the biased class covariances; 0 if nothing varies
 * @param reliability how sure one can be of the direction; null where there were too few prompts to say, and in older files
 */
public record LayerStatistics(
        int layer,
        double directionNorm,
        double activationNorm,
        double separability,
        @Nullable LayerReliability reliability) {
    /**
     * Without a word on how sure one can be.
     *
     * @param layer 0-based layer
     * @param directionNorm Euclidean norm of the raw mean difference
     * @param activationNorm mean of the norms of the two class means
     * @param separability distance of the class means in units of the within-class spread
     */
    public LayerStatistics(int layer, double directionNorm, double activationNorm, double separability) {
        this(layer, directionNorm, activationNorm, separability, null);
    }

    /** @return the same where nothing is known of how sure one can be */
    public LayerStatistics withoutReliability() {
        return reliability == null ? this : new LayerStatistics(layer, directionNorm, activationNorm, separability);
    }

    /** @return norm of the mean difference relative to that of a typical activation; 0 if that is 0 */
    public double relativeNorm() {
        return activationNorm == 0 ? 0 : directionNorm / activationNorm;
    }

    /** @return whether it is known that the direction cannot be told from those of exchanged labels */
    public boolean isLikeChance() {
        return reliability != null && !reliability.toldFromChance();
    }
}
