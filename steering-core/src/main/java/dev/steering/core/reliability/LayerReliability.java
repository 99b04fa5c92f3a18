package dev.steering.core.reliability;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How sure one can be of one layer's direction; {@code docs/statistics.md} has the formulas. Immutable and thread-safe.
 *
 * @param resamples number of bootstrap resamples
 * @param resampled 5 % and 95 % quantile of the cosine between directions of resamples and the direction
 * @param cosine 90 % interval of the cosine between the direction and that of the population that the prompts were drawn from
 * @param splitHalf mean cosine between the directions of two halves of the prompts
 * @param auc area under the ROC curve of projections of prompts that the direction does not come from, 0..1
 * @param cohensD distance of the classes' mean projections in units of their pooled standard deviation, of the same prompts; 0 if
 *     nothing varies
 * @param explainedVariance share of the activations' variance that the classes' distance along the direction accounts for, 0..1
 * @param stability how much fewer prompts would have found
 * @param control the same with labels exchanged at random
 * @param measures intervals of what is measured of the layer; null in older files
 */
public record LayerReliability(
        int resamples,
        Band resampled,
        Band cosine,
        double splitHalf,
        double auc,
        double cohensD,
        double explainedVariance,
        List<Share> stability,
        Control control,
        @Nullable Measures measures) {
    private static final double LIKELY = 0.05;

    public LayerReliability {
        stability = List.copyOf(stability);
    }

    /**
     * Without intervals of what is measured.
     *
     * @param resamples number of bootstrap resamples
     * @param resampled quantiles of the cosine between directions of resamples and the direction
     * @param cosine interval of the cosine between the direction and that of the population
     * @param splitHalf mean cosine between the directions of two halves
     * @param auc area under the ROC curve of held-out projections
     * @param cohensD distance of the classes' held-out projections
     * @param explainedVariance share of the variance that the classes' distance accounts for
     * @param stability how much fewer prompts would have found
     * @param control the same with labels exchanged
     */
    public LayerReliability(
            int resamples,
            Band resampled,
            Band cosine,
            double splitHalf,
            double auc,
            double cohensD,
            double explainedVariance,
            List<Share> stability,
            Control control) {
        this(resamples, resampled, cosine, splitHalf, auc, cohensD, explainedVariance, stability, control, null);
    }

    /**
     * 90 % intervals of what is measured of a layer.
     *
     * @param norm of the distance of the population's class means; below the sample's, whose noise has a length too
     * @param separability of that distance in units of the population's spread within a class
     * @param auc of the area under the ROC curve of held-out projections, for other prompts with the same directions
     * @param cohensD of the distance of the classes' held-out projections, likewise
     */
    public record Measures(Band norm, Band separability, Band auc, Band cohensD) {}

    /**
     * Two quantiles.
     *
     * @param low the lower
     * @param high the higher
     */
    public record Band(double low, double high) {}

    /**
     * What some of the prompts give.
     *
     * @param share of the prompts, 0..1
     * @param cosine mean cosine of the directions of as many with that of all
     */
    public record Share(double share, double cosine) {}

    /**
     * Directions of randomly exchanged labels.
     *
     * @param permutations how many
     * @param observed what was measured with the true labels: the norm of the mean difference, or Cohen's d of prompts that the direction
     *     does not come from
     * @param mean the same with exchanged labels, on average
     * @param high its 95 % quantile
     * @param chance share of labellings, the true one among them, that give as much: the p-value, above 0 and at most 1
     */
    public record Control(int permutations, double observed, double mean, double high, double chance) {}

    /** @return whether exchanged labels seldom (at most 5 %) give as much: the direction can be told from chance */
    public boolean toldFromChance() {
        return control.chance() <= LIKELY;
    }
}
