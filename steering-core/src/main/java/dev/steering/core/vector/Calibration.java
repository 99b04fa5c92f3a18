package dev.steering.core.vector;

import dev.steering.core.Require;
import java.util.List;

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
        List<Double> layerAuc) {
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
}
