package dev.steering.extract.estimate;

import java.util.Optional;

/**
 * How one layer's direction is computed from the activations of the two classes.
 *
 * <p>A direction is given as coefficients a of the activations x: it is {@code sum_i a_i x_i}. The coefficients sum to 0, so that moving
 * all activations alike does not change it, and its dot product with the mean difference is not negative. It has norm 1, but for {@link
 * MeanDifference}. Weights of a sample act as if each activation were there so many times. Implementations are immutable, thread-safe and
 * deterministic.
 */
public interface DirectionEstimator {
    /** @return its name in files and on the command line */
    String label();

    /** @return whether it needs to know which harmful activation belongs to which harmless one */
    default boolean isPaired() {
        return false;
    }

    /**
     * @param sample activations of both classes, with weight in both
     * @return the direction's coefficients, {@code [sample.size()]}; empty if the sample has no such direction
     */
    Optional<double[]> coefficients(ContrastSample sample);
}
