package dev.steering.extract.estimate;

import java.util.Optional;

/**
 * The first principal component of the activations of both classes about the midpoint c of the class means: the unit vector w that
 * maximises {@code sum_i (w . (x_i - c))^2}, of the sign of the mean difference. Immutable and thread-safe.
 */
public final class CentredPca implements DirectionEstimator {
    @Override
    public String label() {
        return "pca";
    }

    @Override
    public Optional<double[]> coefficients(ContrastSample sample) {
        double[] centre = Coefficients.times(Coefficients.sum(sample.mean(true), sample.mean(false), 1), 0.5);
        double[] roots = new double[sample.size()];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = Math.sqrt(sample.weight(i));
        }
        // Row i of R is sqrt(w_i) (x_i - c), and what is sought is R^T e for the first eigenvector e of R R^T.
        return PowerIteration.first(
                        roots.length,
                        e -> {
                            double[] products = sample.projections(combined(e, roots, centre));
                            double about = Coefficients.dot(centre, products);
                            double[] image = new double[e.length];
                            for (int i = 0; i < image.length; i++) {
                                image[i] = roots[i] * (products[i] - about);
                            }
                            return image;
                        },
                        start(sample, roots))
                .flatMap(e -> sample.unit(combined(e, roots, centre)));
    }

    private static double[] start(ContrastSample sample, double[] roots) {
        double[] start = roots.clone();
        for (int i = 0; i < start.length; i++) {
            // Not exactly along the mean difference, which could be a component that is not the first.
            start[i] *= (sample.isHarmful(i) ? 1 : -1) * (1 + 0.1 * Math.sin(1.0 + i));
        }
        return start;
    }

    private static double[] combined(double[] e, double[] roots, double[] centre) {
        double[] a = new double[e.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = roots[i] * e[i];
        }
        return Coefficients.sum(a, centre, -Coefficients.total(a));
    }
}
