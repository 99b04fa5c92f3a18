package dev.steering.extract;

/**
 * Running sums of one class at one layer, in double precision and about the class's first activation, so that nothing cancels
 * when the spread is small beside the mean: {@code 8 * 2 * hidden} bytes, however many prompts.
 */
final class ClassMoments {
    private final double[] origin;
    private final double[] sum;
    private double squares;
    private long count;

    ClassMoments(int hidden) {
        origin = new double[hidden];
        sum = new double[hidden];
    }

    void add(float[] activation) {
        if (activation.length != sum.length) {
            throw new IllegalArgumentException("an activation of " + activation.length + ", expected " + sum.length);
        }
        for (int i = 0; i < sum.length; i++) {
            if (count == 0) {
                origin[i] = activation[i];
            }
            double shifted = activation[i] - origin[i];
            sum[i] += shifted;
            squares += shifted * shifted;
        }
        count++;
    }

    long count() {
        return count;
    }

    double[] mean() {
        double[] mean = new double[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = origin[i] + sum[i] / count;
        }
        return mean;
    }

    /** Trace of the biased covariance matrix. */
    double covarianceTrace() {
        double meanSquare = 0;
        for (double value : sum) {
            meanSquare += (value / count) * (value / count);
        }
        return Math.max(0, squares / count - meanSquare);
    }
}
