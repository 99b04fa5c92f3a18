package dev.steering.core.arithmetic;

import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;

/** Directions in double precision, changed in place. */
final class Rows {
    /** What is left of a float32 direction after its component was removed is rounding below this share of it. */
    private static final double ROUNDING = 1e-6;

    private Rows() {}

    static double[][] of(SteeringVector vector, VectorScale scale) {
        LayerMatrix directions = vector.directions();
        double[][] rows = new double[directions.layers()][];
        for (int l = 0; l < rows.length; l++) {
            rows[l] = doubles(directions.row(l));
            double norm = norm(rows[l]);
            if (scale == VectorScale.UNIT && norm > 0) {
                times(rows[l], 1 / norm);
            }
        }
        return rows;
    }

    static double[] doubles(float[] row) {
        double[] copy = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            copy[i] = row[i];
        }
        return copy;
    }

    static float[] floats(double[] row) {
        float[] copy = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            copy[i] = (float) row[i];
        }
        return copy;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double norm(double[] row) {
        return Math.sqrt(dot(row, row));
    }

    static void add(double[] to, double[] row, double weight) {
        for (int i = 0; i < to.length; i++) {
            to[i] += weight * row[i];
        }
    }

    static void times(double[] row, double factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] *= factor;
        }
    }

    /**
     * Removes from a row its components along orthonormal ones, twice, since once leaves rounding, and makes what is left of norm 1.
     *
     * @return whether anything but rounding is left
     */
    static boolean removed(double[] row, List<double[]> orthonormal) {
        double before = norm(row);
        for (int pass = 0; pass < 2; pass++) {
            for (double[] direction : orthonormal) {
                add(row, direction, -dot(row, direction));
            }
        }
        double left = norm(row);
        if (!(left > ROUNDING * before)) {
            return false;
        }
        times(row, 1 / left);
        return true;
    }

    /** How much of a direction lies along a unit row. */
    static double kept(float[] direction, double[] unit) {
        return dot(doubles(direction), unit);
    }
}
