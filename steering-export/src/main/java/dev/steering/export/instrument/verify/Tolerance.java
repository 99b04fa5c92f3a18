package dev.steering.export.instrument.verify;

import dev.steering.core.BadFile;
import java.util.Locale;

/**
 * How far two computations of the same numbers may be apart.
 *
 * @param relative largest difference, as a share of the largest magnitude
 */
public record Tolerance(double relative) {
    /** Single precision: sums in another order. */
    static final Tolerance SINGLE = new Tolerance(1e-4);

    /** Half precision and quantised weights. */
    static final Tolerance COARSE = new Tolerance(5e-2);

    /** Activations rounded in steps that depend on the batch: the original's own logits differ by 7 % with a row more or less. */
    static final Tolerance DYNAMIC = new Tolerance(0.2);

    void require(String rule, float[] expected, float[] found) {
        double difference = difference(expected, found);
        if (!(difference <= relative)) {
            throw new BadFile(rule + ": by "
                    + String.format(Locale.ROOT, "%.1e of the largest, more than %.0e", difference, relative));
        }
    }

    boolean differs(float[] a, float[] b) {
        for (int i = 0; i < a.length; i++) {
            if (a[i] != b[i]) {
                return true;
            }
        }
        return false;
    }

    /** The largest difference as a share of the largest number expected; NaN where the sizes differ or a number is NaN. */
    static double difference(float[] expected, float[] found) {
        if (expected.length != found.length) {
            return Double.NaN;
        }
        double largest = 0;
        double scale = 1e-3;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) expected[i] - found[i]);
            largest = Double.isNaN(difference) || Double.isNaN(largest) ? Double.NaN : Math.max(largest, difference);
            scale = Math.max(scale, Math.abs(expected[i]));
        }
        return largest / scale;
    }
}
