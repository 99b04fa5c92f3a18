package dev.steering.extract;

import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.Provenance;
import dev.steering.extract.moments.Moments;
import java.util.Arrays;

/**
 * What one part of a contrast set gave: its moments, and what they are of. Parts of the same extraction make a vector together ({@link
 * PartMerger}), and {@link PartFile} keeps one.
 *
 * @param shard which part of the prompts
 * @param estimator how directions are computed
 * @param marker the compliant word behind the harmful prompts
 * @param provenance as in the vector
 * @param prompts of the whole contrast set
 * @param layers number of layers
 * @param hidden length of an activation
 * @param moments what was kept of the activations
 */
public record ExtractionPart(
        Shard shard,
        Estimator estimator,
        String marker,
        Provenance provenance,
        ExtractionPrompts prompts,
        int layers,
        int hidden,
        Moments moments) {
    /**
     * @param label an estimator's name
     * @return it
     * @throws IllegalArgumentException if there is none
     */
    static Estimator estimator(String label) {
        return Arrays.stream(Estimator.values())
                .filter(estimator -> estimator.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no estimator '" + label + "'"));
    }
}
