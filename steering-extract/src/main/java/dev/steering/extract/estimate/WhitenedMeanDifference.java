package dev.steering.extract.estimate;

import java.util.Optional;

/**
 * Fisher's linear discriminant: the mean difference d divided by the spread within the classes, {@code w = S*^-1 d}, of norm 1, with the
 * pooled covariance S shrunk towards a multiple of the identity, {@code S* = (1 - s) S + s (tr S / hidden) I}. The shrinkage s is the one that
 * Ledoit and Wolf ("A well-conditioned estimator for large-dimensional covariance matrices", 2004, doi 10.1016/S0047-259X(03)00096-4) give for
 * deviations from the class means, so that nothing is tuned and there may be fewer prompts than dimensions.
 *
 * <p>With Z the deviations as rows, {@code w} is a multiple of {@code d - Z^T (r I + Z Z^T)^-1 Z d}, r = n s (tr S / hidden) / (1 - s):
 * only n x n matrices are solved. Immutable and thread-safe.
 */
public final class WhitenedMeanDifference implements DirectionEstimator {
    /** The least shrinkage: without any a direction in which nothing varies would be divided by 0. */
    private static final double LEAST = 1e-6;

    @Override
    public String label() {
        return "lda";
    }

    @Override
    public Optional<double[]> coefficients(ContrastSample sample) {
        Deviations z = Deviations.of(sample);
        double[] difference = sample.difference();
        double trace = z.trace();
        double shrinkage = shrinkage(z, sample.hidden());
        // Where nothing varies but by rounding there is nothing to divide by.
        if (shrinkage >= 1 || trace <= 1e-12 * sample.scale()) {
            return sample.unit(difference);
        }
        double ridge = z.weight() * shrinkage * (trace / sample.hidden()) / (1 - shrinkage);
        double[] y = Cholesky.solve(Cholesky.factor(z.products(), ridge), z.along(difference));
        return sample.unit(Coefficients.sum(difference, z.combined(y), -1));
    }

    /** Ledoit and Wolf's optimal shrinkage of the covariance of deviations, 0..1. */
    static double shrinkage(Deviations z, int hidden) {
        double n = z.weight();
        double trace = z.trace();
        double squares = z.squares() / (n * n);
        double noise = (z.fourth() / n - squares) / n;
        double distance = squares - trace * trace / hidden;
        if (!(distance > 0)) {
            return 1;
        }
        return Math.max(LEAST, Math.min(1, noise / distance));
    }
}
