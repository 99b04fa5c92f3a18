package dev.steering.extract.trace;

/**
 * Coordinates of points in the plane of their first two principal components: from the eigenvectors of the matrix of inner products of the
 * centred points, {@code [n, n]}, by power iteration, which is all that two components need. The sign of a component is that its largest
 * coordinate in size is positive.
 *
 * @param first coordinates on the first component, {@code [n]}
 * @param second on the second
 * @param share of the variance that both have, 0..1; 0 if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // package-private, never compared
record PrincipalPlane(double[] first, double[] second, double share) {
    private static final int MOST_STEPS = 2000;
    private static final double STILL = 1e-13;

    static PrincipalPlane of(float[][] points) {
        double[][] gram = gram(points);
        double all = 0;
        for (int i = 0; i < gram.length; i++) {
            all += gram[i][i];
        }
        double[] first = component(gram);
        double firstVariance = squared(first);
        deflate(gram, first);
        double[] second = component(gram);
        return new PrincipalPlane(first, second, all > 0 ? Math.min(1, (firstVariance + squared(second)) / all) : 0);
    }

    private static double[][] gram(float[][] points) {
        int n = points.length;
        int size = points[0].length;
        double[] mean = new double[size];
        for (float[] point : points) {
            for (int i = 0; i < size; i++) {
                mean[i] += point[i] / (double) n;
            }
        }
        double[][] gram = new double[n][n];
        for (int a = 0; a < n; a++) {
            for (int b = 0; b <= a; b++) {
                double sum = 0;
                for (int i = 0; i < size; i++) {
                    sum += (points[a][i] - mean[i]) * (points[b][i] - mean[i]);
                }
                gram[a][b] = sum;
                gram[b][a] = sum;
            }
        }
        return gram;
    }

    /** The eigenvector of the largest eigenvalue, of the eigenvalue's root in length: the coordinates. */
    private static double[] component(double[][] gram) {
        int n = gram.length;
        double[] vector = new double[n];
        int largest = 0;
        for (int i = 1; i < n; i++) {
            largest = gram[i][i] > gram[largest][largest] ? i : largest;
        }
        // The row of the farthest point has a share of the component, unless all points are one.
        System.arraycopy(gram[largest], 0, vector, 0, n);
        double value = 0;
        if (!scale(vector, 1)) {
            return vector;
        }
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] next = times(gram, vector);
            value = Math.sqrt(squared(next));
            if (!scale(next, 1)) {
                return next;
            }
            double moved = 0;
            for (int i = 0; i < n; i++) {
                moved = Math.max(moved, Math.abs(next[i] - vector[i]));
            }
            vector = next;
            if (moved < STILL) {
                break;
            }
        }
        scale(vector, Math.sqrt(value));
        int peak = 0;
        for (int i = 1; i < n; i++) {
            peak = Math.abs(vector[i]) > Math.abs(vector[peak]) + 1e-9 ? i : peak;
        }
        if (vector[peak] < 0) {
            for (int i = 0; i < n; i++) {
                vector[i] = -vector[i];
            }
        }
        return vector;
    }

    private static void deflate(double[][] gram, double[] component) {
        for (int a = 0; a < gram.length; a++) {
            for (int b = 0; b < gram.length; b++) {
                gram[a][b] -= component[a] * component[b];
            }
        }
    }

    private static double[] times(double[][] matrix, double[] vector) {
        double[] product = new double[vector.length];
        for (int a = 0; a < vector.length; a++) {
            for (int b = 0; b < vector.length; b++) {
                product[a] += matrix[a][b] * vector[b];
            }
        }
        return product;
    }

    private static double squared(double[] vector) {
        double sum = 0;
        for (double one : vector) {
            sum += one * one;
        }
        return sum;
    }

    /** Gives it a length; not if it has none. */
    private static boolean scale(double[] vector, double length) {
        double now = Math.sqrt(squared(vector));
        for (int i = 0; now > 0 && i < vector.length; i++) {
            vector[i] *= length / now;
        }
        return now > 0;
    }
}
