package dev.steering.apply;

import dev.steering.core.SteeringException;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be different from a vector's anchoring; what is null is as anchored. Immutable.
 *
 * @param alpha strength of the steering
 * @param scale what the strength multiplies
 * @param layers where to steer, 0-based
 * @param classifierLayers layers whose cosines SCANS averages, 0-based
 * @param threshold score from which SCANS calls a prompt harmful
 */
public record SteeringOverrides(
        @Nullable Double alpha,
        @Nullable VectorScale scale,
        @Nullable List<Integer> layers,
        @Nullable List<Integer> classifierLayers,
        @Nullable Double threshold) {
    /** Everything as anchored. */
    public static final SteeringOverrides NONE = new SteeringOverrides(null, null, null, null, null);

    /**
     * Copies the lists.
     *
     * @throws SteeringException if the strength is not finite
     */
    public SteeringOverrides {
        if (alpha != null && !Double.isFinite(alpha)) {
            throw new SteeringException("The strength must be a finite number, found " + alpha + ".");
        }
        layers = layers == null ? null : List.copyOf(layers);
        classifierLayers = classifierLayers == null ? null : List.copyOf(classifierLayers);
    }
}
