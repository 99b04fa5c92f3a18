package dev.steering.extract.estimate;

import java.util.Optional;

/**
 * The first principal component of the differences d of pairs, each of a harmful prompt's activation and its harmless twin's: the unit vector
 * w that maximises {@code sum_j (w . d_j)^2}, of the sign of the mean difference (linear artificial tomography of Zou et al., "Representation
 * Engineering", arXiv 2310.01405, section 3.1, where pairs are turned round at random; that leaves the sum as it is). A pair weighs as much as
 * its harmful activation. Immutable and thread-safe.
 */
public final class PairedPca implements DirectionEstimator {
    @Override
    public String label() {
        return "pca-pairs";
    }

    @Override
    public boolean isPaired() {
        return true;
    }

    @Override
    public Optional<double[]> coefficients(ContrastSample sample) {
        double[] start = new double[sample.size()];
        for (int i = 0; i < start.length; i++) {
            start[i] = sample.isHarmful(i) ? Math.sqrt(sample.weight(i)) * (1 + 0.1 * Math.sin(1.0 + i)) : 0;
        }
        return PowerIteration.first(
                        start.length,
                        e -> {
                            double[] products = sample.projections(combined(sample, e));
                            double[] image = new double[e.length];
                            for (int i = 0; i < image.length; i++) {
                                image[i] = sample.isHarmful(i)
                                        ? Math.sqrt(sample.weight(i)) * (products[i] - products[sample.partner(i)])
                                        : 0;
                            }
                            return image;
                        },
                        start)
                .flatMap(e -> sample.unit(combined(sample, e)));
    }

    private static double[] combined(ContrastSample sample, double[] e) {
        double[] a = new double[e.length];
        for (int i = 0; i < a.length; i++) {
            if (sample.isHarmful(i)) {
                double weighted = Math.sqrt(sample.weight(i)) * e[i];
                a[i] += weighted;
                a[sample.partner(i)] -= weighted;
            }
        }
        return a;
    }
}
