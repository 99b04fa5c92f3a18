package dev.steering.extract.estimate;

/** {@code A + r I = L L^T} for symmetric, positive semidefinite A and r above 0. */
final class Cholesky {
    private Cholesky() {}

    /** @return L, row i with i + 1 elements */
    static double[][] factor(double[][] symmetric, double ridge) {
        int n = symmetric.length;
        double[][] lower = new double[n][];
        for (int i = 0; i < n; i++) {
            lower[i] = new double[i + 1];
            for (int j = 0; j <= i; j++) {
                double rest = symmetric[i][j] + (i == j ? ridge : 0);
                for (int k = 0; k < j; k++) {
                    rest -= lower[i][k] * lower[j][k];
                }
                // Rounding alone makes a diagonal element smaller than what was added to it.
                lower[i][j] = i == j ? Math.sqrt(Math.max(rest, ridge)) : rest / lower[j][j];
            }
        }
        return lower;
    }

    /** @return x with {@code L L^T x = b} */
    static double[] solve(double[][] lower, double[] b) {
        double[] x = b.clone();
        for (int i = 0; i < x.length; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= lower[i][k] * x[k];
            }
            x[i] /= lower[i][i];
        }
        for (int i = x.length - 1; i >= 0; i--) {
            x[i] /= lower[i][i];
            for (int k = 0; k < i; k++) {
                x[k] -= lower[i][k] * x[i];
            }
        }
        return x;
    }
}
