package dev.steering.core.reliability;

import java.util.List;

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
        Control control) {
    private static final double LIKELY = 0.05;

    public LayerReliability {
        stability = List.copyOf(stability);
    }

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
