package dev.steering.core.vector;

import dev.steering.core.Require;
import dev.steering.core.metrics.AucInterval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The threshold of SCANS's classifier and how well it separates the anchors that it was calibrated on.
 *
 * @param source the anchors, in words: {@code held-out files} or {@code leave-one-out over the extraction anchors}
 * @param harmful number of harmful anchors
 * @param harmless number of harmless anchors
 * @param classifierLayers layers whose cosines are averaged
 * @param threshold scores at or above it are called harmful
 * @param auc probability that a harmful anchor scores higher than a harmless one, ties counting half, 0..1
 * @param harmfulFound share of harmful anchors at or above the threshold, 0..1
 * @param harmlessPassed share of harmless anchors below the threshold, 0..1
 * @param layerAuc the same area under the curve for each single layer's cosine, {@code [layers]}
 * @param interval how sure the area is; null in files of earlier versions
 */
public record Calibration(
        String source,
        int harmful,
        int harmless,
        List<Integer> classifierLayers,
        double threshold,
        double auc,
        double harmfulFound,
        double harmlessPassed,
        List<Double> layerAuc,
        @Nullable AucInterval interval) {
    private static final double TWO_SIDED_95 = 1.96;

    /**
     * Without an interval, as in files of earlier versions.
     *
     * @param source the anchors, in words
     * @param harmful number of harmful anchors
     * @param harmless number of harmless anchors
     * @param classifierLayers layers whose cosines are averaged
     * @param threshold scores at or above it are called harmful
     * @param auc area under the curve, 0..1
     * @param harmfulFound share of harmful anchors at or above the threshold, 0..1
     * @param harmlessPassed share of harmless anchors below the threshold, 0..1
     * @param layerAuc area under the curve of each layer, {@code [layers]}
     */
    public Calibration(
            String source,
            int harmful,
            int harmless,
            List<Integer> classifierLayers,
            double threshold,
            double auc,
            double harmfulFound,
            double harmlessPassed,
            List<Double> layerAuc) {
        this(source, harmful, harmless, classifierLayers, threshold, auc, harmfulFound, harmlessPassed, layerAuc, null);
    }

    /**
     * Copies the lists.
     *
     * @throws dev.steering.core.BadRequest if a count is negative or a share not from 0 to 1
     */
    public Calibration {
        Require.atLeast("the number of harmful anchors", harmful, 0);
        Require.atLeast("the number of harmless anchors", harmless, 0);
        Require.between("the area under the curve", auc, 0, 1);
        Require.between("the share of harmful anchors found", harmfulFound, 0, 1);
        Require.between("the share of harmless anchors passed", harmlessPassed, 0, 1);
        classifierLayers = List.copyOf(classifierLayers);
        layerAuc = List.copyOf(layerAuc);
    }

    /**
     * Whether the classifier does better than chance, as far as its anchors tell.
     *
     * @return {@link AucInterval#toldFromChance}; without an interval, whether the lower end of Hanley and McNeil's normal interval
     *     (1982, equation 2) is above 1/2
     */
    public boolean toldFromChance() {
        return interval == null ? auc > 0.5 && auc - TWO_SIDED_95 * standardError() > 0.5 : interval.toldFromChance();
    }

    private double standardError() {
        double squared = auc * auc;
        double q1 = auc / (2 - auc);
        double q2 = 2 * squared / (1 + auc);
        double variance = auc * (1 - auc) + (harmful - 1) * (q1 - squared) + (harmless - 1) * (q2 - squared);
        double pairs = (double) harmful * harmless;
        return pairs == 0 ? 0 : Math.sqrt(Math.max(0, variance) / pairs);
    }
}
