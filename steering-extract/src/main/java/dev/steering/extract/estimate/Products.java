package dev.steering.extract.estimate;

import org.jspecify.annotations.Nullable;

/** The dot products of activations with each other about their mean: a symmetric n x n matrix. */
final class Products {
    /** What is added to the diagonal before it is factored, relative to its mean: the matrix itself is singular. */
    private static final double RIDGE = 1e-10;

    private final double[][] values;
    private final int hidden;
    private volatile @Nullable Features features;

    /**
     * A lower triangular factor L with {@code L L^T} the products.
     *
     * @param rows its rows: coordinates of the activations, row i with i + 1 of them
     */
    @SuppressWarnings("ArrayRecordComponent") // package-private, never compared
    record Features(double[][] rows) {
        /** Coefficients a of the direction whose coordinates are w: {@code L^T a = w}. */
        double[] coefficients(double[] w) {
            double[] a = w.clone();
            for (int i = a.length - 1; i >= 0; i--) {
                a[i] /= rows[i][i];
                for (int j = 0; j < i; j++) {
                    a[j] -= rows[i][j] * a[i];
                }
            }
            return a;
        }
    }

    private Products(double[][] values, int hidden) {
        this.values = values;
        this.hidden = hidden;
    }

    static Products of(double[][] rows) {
        int n = rows.length;
        int hidden = rows[0].length;
        double[] mean = new double[hidden];
        for (double[] row : rows) {
            for (int i = 0; i < hidden; i++) {
                mean[i] += row[i] / n;
            }
        }
        double[][] centred = new double[n][];
        for (int r = 0; r < n; r++) {
            centred[r] = Coefficients.sum(rows[r], mean, -1);
        }
        double[][] values = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                values[i][j] = Coefficients.dot(centred[i], centred[j]);
                values[j][i] = values[i][j];
            }
        }
        return new Products(values, hidden);
    }

    int hidden() {
        return hidden;
    }

    double trace() {
        double trace = 0;
        for (int i = 0; i < values.length; i++) {
            trace += values[i][i];
        }
        return trace;
    }

    double at(int i, int j) {
        return values[i][j];
    }

    double[] times(double[] a) {
        double[] product = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            product[i] = Coefficients.dot(values[i], a);
        }
        return product;
    }

    Products grouped(int[] groups, double[] shares, int count) {
        double[][] grouped = new double[count][count];
        for (int i = 0; i < groups.length; i++) {
            for (int j = 0; j < groups.length; j++) {
                grouped[groups[i]][groups[j]] += shares[i] * shares[j] * values[i][j];
            }
        }
        return new Products(grouped, hidden);
    }

    Features features() {
        Features known = features;
        if (known == null) {
            double ridge = Math.max(Double.MIN_NORMAL, RIDGE * trace() / values.length);
            known = new Features(Cholesky.factor(values, ridge));
            features = known;
        }
        return known;
    }
}
