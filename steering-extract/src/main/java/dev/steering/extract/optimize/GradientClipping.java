package dev.steering.extract.optimize;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;

/**
 * Keeps a gradient's Euclidean norm below a limit (Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063, Algorithm 1), as
 * PyTorch's {@code clip_grad_norm_} does: {@code g * min(1, limit / (|g| + 1e-6))}. Immutable and thread-safe.
 *
 * @param limit largest norm, above 0; infinite for none
 */
public record GradientClipping(double limit) {
    private static final double GUARD = 1e-6;

    /** @throws SteeringException if the limit is not positive */
    public GradientClipping {
        if (!(limit > 0)) {
            throw new BadRequest("Gradient clipping: expected a positive norm, found " + limit + ".");
        }
    }

    /** @return a clipping that leaves every gradient as it is */
    public static GradientClipping none() {
        return new GradientClipping(Double.POSITIVE_INFINITY);
    }

    /**
     * @param gradient a gradient
     * @return it, shortened if it is longer than the limit; a copy. One with a number that is not finite stays so
     */
    public double[] apply(double[] gradient) {
        double factor = Math.min(1, limit / (norm(gradient) + GUARD));
        double[] clipped = gradient.clone();
        for (int i = 0; factor < 1 && i < clipped.length; i++) {
            clipped[i] *= factor;
        }
        return clipped;
    }

    /**
     * @param gradient a gradient
     * @return its Euclidean norm
     */
    public static double norm(double[] gradient) {
        double sum = 0;
        for (double g : gradient) {
            sum += g * g;
        }
        return Math.sqrt(sum);
    }
}
