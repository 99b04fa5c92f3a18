package dev.steering.extract.estimate;

import java.util.stream.IntStream;

/** Deviations from the class means, times the root of their weights: the rows of Z, by their products with each other. */
final class Deviations {
    private final ContrastSample sample;
    private final double[] plus;
    private final double[] minus;
    /** Activations with weight. */
    private final int[] members;

    private final double[] roots;
    private final double[][] products;

    private Deviations(ContrastSample sample) {
        this.sample = sample;
        this.plus = sample.mean(true);
        this.minus = sample.mean(false);
        this.members = IntStream.range(0, sample.size())
                .filter(i -> sample.weight(i) > 0)
                .toArray();
        int n = members.length;
        this.roots = new double[n];
        this.products = new double[n][n];
        double[][] ofMeans = {sample.projections(minus), sample.projections(plus)};
        double[][] means = new double[2][2];
        for (int c = 0; c < 2; c++) {
            means[c][0] = Coefficients.dot(minus, ofMeans[c]);
            means[c][1] = Coefficients.dot(plus, ofMeans[c]);
        }
        for (int k = 0; k < n; k++) {
            int i = members[k];
            roots[k] = Math.sqrt(sample.weight(i));
            int own = sample.isHarmful(i) ? 1 : 0;
            for (int other = 0; other <= k; other++) {
                int j = members[other];
                int its = sample.isHarmful(j) ? 1 : 0;
                // (x_i - m_i)(x_j - m_j)
                double product = sample.product(i, j) - ofMeans[its][i] - ofMeans[own][j] + means[own][its];
                products[k][other] = roots[k] * roots[other] * product;
                products[other][k] = products[k][other];
            }
        }
    }

    static Deviations of(ContrastSample sample) {
        return new Deviations(sample);
    }

    double[][] products() {
        return products;
    }

    double weight() {
        return sample.weightOf(true) + sample.weightOf(false);
    }

    /** Trace of the pooled biased covariance. */
    double trace() {
        double trace = 0;
        for (int i = 0; i < roots.length; i++) {
            trace += products[i][i];
        }
        return trace / weight();
    }

    /** Sum of the squares of all products. */
    double squares() {
        double sum = 0;
        for (double[] row : products) {
            sum += Coefficients.dot(row, row);
        }
        return sum;
    }

    /** Weighted sum of the fourth powers of the deviations' norms. */
    double fourth() {
        double sum = 0;
        for (int k = 0; k < members.length; k++) {
            sum += products[k][k] * products[k][k] / sample.weight(members[k]);
        }
        return sum;
    }

    /** {@code Z d} for a direction d. */
    double[] along(double[] direction) {
        double[] projections = sample.projections(direction);
        double ofPlus = Coefficients.dot(plus, projections);
        double ofMinus = Coefficients.dot(minus, projections);
        double[] along = new double[members.length];
        for (int k = 0; k < along.length; k++) {
            int i = members[k];
            along[k] = roots[k] * (projections[i] - (sample.isHarmful(i) ? ofPlus : ofMinus));
        }
        return along;
    }

    /** Coefficients of {@code Z^T y}. */
    double[] combined(double[] y) {
        double[] a = new double[sample.size()];
        double ofPlus = 0;
        double ofMinus = 0;
        for (int k = 0; k < members.length; k++) {
            int i = members[k];
            a[i] = roots[k] * y[k];
            ofPlus += sample.isHarmful(i) ? a[i] : 0;
            ofMinus += sample.isHarmful(i) ? 0 : a[i];
        }
        return Coefficients.sum(Coefficients.sum(a, plus, -ofPlus), minus, -ofMinus);
    }
}
