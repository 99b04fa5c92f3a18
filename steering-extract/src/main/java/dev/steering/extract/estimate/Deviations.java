package dev.steering.extract.estimate;

/** Deviations from the class means, times the root of their weights: the rows of Z, by their products with each other. */
final class Deviations {
    private final ContrastSample sample;
    private final double[] plus;
    private final double[] minus;
    private final double[] roots;
    private final double[][] products;

    private Deviations(ContrastSample sample) {
        this.sample = sample;
        this.plus = sample.mean(true);
        this.minus = sample.mean(false);
        int n = sample.size();
        this.roots = new double[n];
        this.products = new double[n][];
        double[] ofPlus = sample.projections(plus);
        double[] ofMinus = sample.projections(minus);
        for (int i = 0; i < n; i++) {
            roots[i] = Math.sqrt(sample.weight(i));
        }
        for (int i = 0; i < n; i++) {
            products[i] = row(i, ofPlus, ofMinus);
        }
    }

    private double[] row(int i, double[] ofPlus, double[] ofMinus) {
        double[] unit = new double[roots.length];
        unit[i] = 1;
        double[] row = sample.projections(unit);
        double[] own = sample.isHarmful(i) ? ofPlus : ofMinus;
        for (int j = 0; j < row.length; j++) {
            double[] mean = sample.isHarmful(j) ? plus : minus;
            double[] ofMean = sample.isHarmful(j) ? ofPlus : ofMinus;
            // (x_i - m_i)(x_j - m_j)
            row[j] = roots[i] * roots[j] * (row[j] - ofMean[i] - own[j] + Coefficients.dot(mean, own));
        }
        return row;
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
        for (int i = 0; i < roots.length; i++) {
            sum += sample.weight(i) == 0 ? 0 : products[i][i] * products[i][i] / sample.weight(i);
        }
        return sum;
    }

    /** {@code Z d} for a direction d. */
    double[] along(double[] direction) {
        double[] products = sample.projections(direction);
        double ofPlus = Coefficients.dot(plus, products);
        double ofMinus = Coefficients.dot(minus, products);
        double[] along = new double[roots.length];
        for (int i = 0; i < along.length; i++) {
            along[i] = roots[i] * (products[i] - (sample.isHarmful(i) ? ofPlus : ofMinus));
        }
        return along;
    }

    /** Coefficients of {@code Z^T y}. */
    double[] combined(double[] y) {
        double[] a = new double[y.length];
        double ofPlus = 0;
        double ofMinus = 0;
        for (int i = 0; i < a.length; i++) {
            a[i] = roots[i] * y[i];
            ofPlus += sample.isHarmful(i) ? a[i] : 0;
            ofMinus += sample.isHarmful(i) ? 0 : a[i];
        }
        return Coefficients.sum(Coefficients.sum(a, plus, -ofPlus), minus, -ofMinus);
    }
}
