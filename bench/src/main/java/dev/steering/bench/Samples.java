package dev.steering.bench;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * Repeated measurements of one quantity. Immutable.
 *
 * <p>Quantiles interpolate between the two nearest of the sorted values: the p-quantile of n values is at place
 * {@code p * (n - 1)}, counted from 0 (Hyndman and Fan 1996, definition 7).
 */
public final class Samples {
    private static final Quantile QUANTILE =
            Quantile.withDefaults().withCopy(true).with(Quantile.EstimationMethod.HF7);

    private static final double FIRST_QUARTER = 0.25;
    private static final double HALF = 0.5;
    private static final double THIRD_QUARTER = 0.75;

    private final double[] sorted;

    private Samples(double[] sorted) {
        this.sorted = sorted;
    }

    /**
     * @param values at least one, in any order
     * @return the samples, holding a copy
     * @throws IllegalArgumentException if there is none or one is not a number
     */
    public static Samples of(double... values) {
        if (values.length == 0 || Arrays.stream(values).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("expected at least one number, found " + Arrays.toString(values));
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Samples(sorted);
    }

    /** @return how many there are */
    public int count() {
        return sorted.length;
    }

    /** @return the value in the middle, or half-way between the two in the middle */
    public double median() {
        return quantile(HALF);
    }

    /** @return a quarter of the values are not larger */
    public double lowerQuartile() {
        return quantile(FIRST_QUARTER);
    }

    /** @return a quarter of the values are not smaller */
    public double upperQuartile() {
        return quantile(THIRD_QUARTER);
    }

    /** @return the smallest */
    public double least() {
        return sorted[0];
    }

    /** @return the largest */
    public double most() {
        return sorted[sorted.length - 1];
    }

    /** @return the distance of the quartiles as a share of the median */
    public double relativeSpread() {
        return (upperQuartile() - lowerQuartile()) / median();
    }

    private double quantile(double p) {
        return QUANTILE.evaluate(sorted, p);
    }
}
