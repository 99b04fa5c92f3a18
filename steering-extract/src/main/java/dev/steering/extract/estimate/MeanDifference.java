package dev.steering.extract.estimate;

import java.util.Optional;

/**
 * {@code v = mean(x, harmful) - mean(x, harmless)} (SCANS, arXiv 2408.11491, Eq. 1), which keeps its norm: the size of the effect. Immutable
 * and thread-safe.
 */
public final class MeanDifference implements DirectionEstimator {
    @Override
    public String label() {
        return "mean-difference";
    }

    @Override
    public Optional<double[]> coefficients(ContrastSample sample) {
        return Optional.of(sample.difference());
    }
}
