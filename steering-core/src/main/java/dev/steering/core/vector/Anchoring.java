package dev.steering.core.vector;

import java.util.List;

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
 */
public record Anchoring(
        int topK,
        List<String> refusalTokens,
        List<Projection> layers,
        List<Projection> segments,
        List<Integer> steeringLayers,
        double alpha,
        VectorScale scale,
        Calibration calibration) {
    /** Copies the lists. */
    public Anchoring {
        refusalTokens = List.copyOf(refusalTokens);
        layers = List.copyOf(layers);
        segments = List.copyOf(segments);
        steeringLayers = List.copyOf(steeringLayers);
    }
}
