package dev.steering.core.vector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which layers carry the safety direction, and the settings for SCANS that follow from it: the result of {@code steer
 * layers}.
 *
 * @param topK how many tokens each projection keeps
 * @param refusalTokens the refusal-token set, as text, in order of the token id
 * @param layers vocabulary projection of every layer's direction, {@code [layers]}
 * @param segments projection of the first principal component of each segment's directions
 * @param steeringLayers the safety-critical layers, ascending
 * @param alpha strength to steer with
 * @param scale what the strength multiplies
 * @param calibration the classifier's threshold
 * @param operatingPoint how layers, strength and threshold were chosen with one another; null until a sweep has run
 * @param evidence what speaks for the layers; null in files of earlier versions, and where a sweep has chosen them
 */
public record Anchoring(
        int topK,
        List<String> refusalTokens,
        List<Projection> layers,
        List<Projection> segments,
        List<Integer> steeringLayers,
        double alpha,
        VectorScale scale,
        Calibration calibration,
        @Nullable OperatingPoint operatingPoint,
        @Nullable LayerEvidence evidence) {
    public Anchoring {
        refusalTokens = List.copyOf(refusalTokens);
        layers = List.copyOf(layers);
        segments = List.copyOf(segments);
        steeringLayers = List.copyOf(steeringLayers);
    }

    /**
     * What anchoring alone finds: settings that were not compared with others.
     *
     * @param topK how many tokens each projection keeps
     * @param refusalTokens the refusal-token set, as text, in order of the token id
     * @param layers vocabulary projection of every layer's direction, {@code [layers]}
     * @param segments projection of the first principal component of each segment's directions
     * @param steeringLayers the safety-critical layers, ascending
     * @param alpha strength to steer with
     * @param scale what the strength multiplies
     * @param calibration the classifier's threshold
     */
    public Anchoring(
            int topK,
            List<String> refusalTokens,
            List<Projection> layers,
            List<Projection> segments,
            List<Integer> steeringLayers,
            double alpha,
            VectorScale scale,
            Calibration calibration) {
        this(topK, refusalTokens, layers, segments, steeringLayers, alpha, scale, calibration, null, null);
    }

    /**
     * @param newLayers where to steer
     * @param newAlpha strength
     * @param newScale what it multiplies
     * @param newCalibration the classifier's threshold
     * @param chosen how they were chosen; null if they were not compared with others
     * @return a copy with them and the same projections
     */
    public Anchoring withSettings(
            List<Integer> newLayers,
            double newAlpha,
            VectorScale newScale,
            Calibration newCalibration,
            @Nullable OperatingPoint chosen) {
        return new Anchoring(
                topK,
                refusalTokens,
                layers,
                segments,
                newLayers,
                newAlpha,
                newScale,
                newCalibration,
                chosen,
                newLayers.equals(steeringLayers) ? evidence : null);
    }

    /**
     * @param newEvidence what speaks for the layers
     * @return a copy with it
     */
    public Anchoring withEvidence(LayerEvidence newEvidence) {
        return new Anchoring(
                topK,
                refusalTokens,
                layers,
                segments,
                steeringLayers,
                alpha,
                scale,
                calibration,
                operatingPoint,
                newEvidence);
    }
}
