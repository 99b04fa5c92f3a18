package dev.steering.extract.estimate;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The eigenvector of the largest eigenvalue of a symmetric, positive semidefinite matrix, given by what it does: von Mises iteration, until
 * the residual is below 1e-11 of the eigenvalue.
 */
final class PowerIteration {
    private static final double ACCURACY = 1e-11;
    private static final int MOST = 20_000;

    private PowerIteration() {}

    /** @return the eigenvector, of norm 1; empty if the matrix is 0 */
    static Optional<double[]> first(int size, UnaryOperator<double[]> matrix, double[] start) {
        double[] vector = start;
        double norm = Coefficients.norm(vector);
        if (norm == 0) {
            vector = new double[size];
            Arrays.fill(vector, 1);
            norm = Math.sqrt(size);
        }
        vector = Coefficients.times(vector, 1 / norm);
        for (int i = 0; i < MOST; i++) {
            double[] image = matrix.apply(vector);
            double value = Coefficients.norm(image);
            if (value == 0) {
                return Optional.empty();
            }
            double[] next = Coefficients.times(image, 1 / value);
            double change = Coefficients.norm(Coefficients.sum(next, vector, -1));
            vector = next;
            if (change < ACCURACY) {
                break;
            }
        }
        return Optional.of(vector);
    }
}
