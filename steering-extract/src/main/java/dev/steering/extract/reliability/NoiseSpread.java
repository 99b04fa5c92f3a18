package dev.steering.extract.reliability;

import dev.steering.extract.estimate.ContrastSample;
import java.util.stream.IntStream;

/**
 * How much the squared length of a mean difference's noise varies.
 *
 * <p>For noise e of covariance C, the variance of |e|^2 is 2 tr(C^2) (exactly so if it is normal). A resample's noise has the covariance that
 * was measured, S, and tr(S^2) is too large by about tr(S)^2 / n, which with many dimensions is most of it. tr(C^2) itself has an unbiased
 * estimate (Himeno and Yamada, "Estimations for some functions of covariance matrix in high dimension under non-normality and its
 * applications", 2014, doi 10.1016/j.jmva.2014.04.020). What is not known of tr(C) adds a share of 1 / (n - 1).
 */
final class NoiseSpread {
    private NoiseSpread() {}

    /** @return the variance of the squared length */
    static double variance(ContrastSample sample) {
        Traces plus = Traces.of(sample, true);
        Traces minus = Traces.of(sample, false);
        double cross = 2 * crossTrace(plus, minus) / (plus.weight * minus.weight);
        return 2 * (plus.share() + minus.share() + cross);
    }

    private static double square(double x) {
        return x * x;
    }

    /** {@code tr(S+ S-)}, which is unbiased as it is. */
    private static double crossTrace(Traces plus, Traces minus) {
        double sum = 0;
        for (int i = 0; i < plus.rows.length; i++) {
            for (int j : minus.members) {
                sum += square(plus.rows[i][j]);
            }
        }
        return sum / ((plus.size - 1.0) * (minus.size - 1.0));
    }

    /** Of one class, whose members' deviations are weighted by the roots of their weights. */
    private static final class Traces {
        private final int[] members;
        private final int size;
        private final double weight;
        /** Products of members' deviations with everybody's, {@code [size][n]}. */
        private final double[][] rows;

        private double unbiased;

        private Traces(ContrastSample sample, boolean harmful) {
            members = IntStream.range(0, sample.size())
                    .filter(i -> sample.isHarmful(i) == harmful && sample.weight(i) > 0)
                    .toArray();
            size = members.length;
            weight = sample.weightOf(harmful);
            rows = new double[size][];
        }

        static Traces of(ContrastSample sample, boolean harmful) {
            Traces traces = new Traces(sample, harmful);
            double[][] means = {sample.mean(false), sample.mean(true)};
            for (int k = 0; k < traces.size; k++) {
                traces.rows[k] = deviation(sample, means, traces.members[k]);
            }
            traces.sum();
            return traces;
        }

        double share() {
            return unbiased / square(weight) * size / (size - 1);
        }

        private static double[] deviation(ContrastSample sample, double[][] means, int member) {
            double[] mean = means[sample.isHarmful(member) ? 1 : 0];
            double[] coefficients = new double[mean.length];
            for (int i = 0; i < coefficients.length; i++) {
                coefficients[i] = (i == member ? 1 : 0) - mean[i];
            }
            double[] products = sample.projections(coefficients);
            double[] ofMeans = new double[2];
            for (int i = 0; i < products.length; i++) {
                ofMeans[0] += means[0][i] * products[i];
                ofMeans[1] += means[1][i] * products[i];
            }
            for (int i = 0; i < products.length; i++) {
                products[i] = Math.sqrt(sample.weight(member) * sample.weight(i))
                        * (products[i] - ofMeans[sample.isHarmful(i) ? 1 : 0]);
            }
            return products;
        }

        private void sum() {
            double trace = 0;
            double fourth = 0;
            double squares = 0;
            for (int k = 0; k < size; k++) {
                double own = rows[k][members[k]];
                trace += own;
                fourth += own * own;
                for (int j : members) {
                    squares += rows[k][j] * rows[k][j];
                }
            }
            double n = size;
            double plugged = squares / square(n - 1);
            trace /= n - 1;
            fourth /= n - 1;
            unbiased = Math.max(
                    0, (n - 1) / (n * (n - 2) * (n - 3)) * ((n - 1) * (n - 2) * plugged + trace * trace - n * fourth));
        }
    }
}
