package dev.steering.extract.anchor;

import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;

/**
 * A strength to begin with, in proportion to what was measured at extraction: added at every steered layer, the vector moves a state by
 * one mean difference in all. Models differ by orders of magnitude in the size of their activations, so that no number fits them all.
 *
 * <p>With n steered layers it is {@code 1 / n} of raw directions, and of unit ones {@code 1 / n} times the mean norm of the raw
 * directions there; never more than the smallest activation norm of these layers. Rounded to three digits. A vector without statistics,
 * as other tools make them, gets {@link LayerAnchoring#DEFAULT_ALPHA}. It is a beginning: a sweep compares strengths.
 */
final class RecommendedStrength {
    private static final MathContext DIGITS = new MathContext(3);

    private RecommendedStrength() {}

    static double of(SteeringVector vector, List<Integer> layers, VectorScale scale) {
        List<LayerStatistics> statistics = vector.statistics();
        if (statistics == null) {
            return LayerAnchoring.DEFAULT_ALPHA;
        }
        List<LayerStatistics> steered = statistics.stream()
                .filter(layer -> layers.contains(layer.layer()))
                .toList();
        double share = 1.0 / layers.size();
        double most = steered.stream()
                .min(Comparator.comparingDouble(LayerStatistics::activationNorm))
                .map(LayerStatistics::activationNorm)
                .orElse(0.0);
        double mean = steered.stream()
                .mapToDouble(LayerStatistics::directionNorm)
                .average()
                .orElse(0);
        if (!(mean > 0)) {
            return LayerAnchoring.DEFAULT_ALPHA;
        }
        double unit = Math.min(share * mean, most > 0 ? most : share * mean);
        return BigDecimal.valueOf(scale == VectorScale.UNIT ? unit : unit / mean)
                .round(DIGITS)
                .doubleValue();
    }
}
