package dev.steering.extract.moments;

import dev.steering.core.BadRequest;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.extract.estimate.ContrastSample;
import dev.steering.extract.estimate.DirectionEstimator;
import dev.steering.extract.reliability.ReliabilityMeter;
import org.jspecify.annotations.Nullable;

/** The activations of both classes at one layer, as far as they were kept; direction and statistics of them. Immutable. */
public final class LayerMoments {
    /** Differences below this share of the activations' size are float32 rounding. */
    private static final double NOISE = 1e-6;

    private final int layer;
    private final double[][] rows;
    private final ContrastSample sample;
    private final double[] squares;
    private final @Nullable Grouping grouping;

    /**
     * What belongs together where not every activation was kept.
     *
     * @param groups of every row
     * @param count number of groups
     * @param singles which rows are activations
     */
    @SuppressWarnings("ArrayRecordComponent") // package-private, never compared
    record Grouping(int[] groups, int count, boolean[] singles) {}

    LayerMoments(int layer, double[][] rows, ContrastSample sample, double[] squares, @Nullable Grouping grouping) {
        this.layer = layer;
        this.rows = rows;
        this.sample = sample;
        this.squares = squares;
        this.grouping = grouping;
    }

    /**
     * @param estimator how it is computed
     * @return the direction, {@code [hidden]}
     * @throws BadRequest if the classes cannot be told apart, or have no such direction
     */
    public float[] direction(DirectionEstimator estimator) {
        if (distance() <= NOISE * size()) {
            throw new BadRequest("At layer " + layer + " the harmful and the harmless prompts have the same mean"
                    + " activation, so there is no direction between them. Are the same prompts in both classes?");
        }
        double[] coefficients = estimator
                .coefficients(sample)
                .orElseThrow(
                        () -> new BadRequest("At layer " + layer + " the prompts' activations have no direction that "
                                + estimator.label() + " could find. Use prompts that differ, or another estimator."));
        double[] direction = combined(coefficients);
        float[] floats = new float[direction.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) direction[i];
        }
        return floats;
    }

    /**
     * @param meter what measures how sure one can be; null for no such thing
     * @return what is known of the layer
     */
    public LayerStatistics statistics(@Nullable ReliabilityMeter meter) {
        double spread = Math.sqrt((variance(true) + variance(false)) / 2);
        return new LayerStatistics(
                layer,
                distance(),
                size(),
                spread <= NOISE * size() ? 0 : distance() / spread,
                meter == null ? null : reliability(meter));
    }

    private @Nullable LayerReliability reliability(ReliabilityMeter meter) {
        if (grouping == null) {
            return meter.measure(sample, total());
        }
        ContrastSample groups = sample.grouped(grouping.groups(), grouping.count());
        return meter.measure(sample, groups, grouping.singles(), total());
    }

    /** The mean of a class, {@code [hidden]}. */
    double[] mean(boolean isHarmful) {
        return combined(sample.mean(isHarmful));
    }

    /** @return halfway between the class means, {@code [hidden]} */
    public double[] midpoint() {
        double[] midpoint = mean(true);
        double[] other = mean(false);
        for (int i = 0; i < midpoint.length; i++) {
            midpoint[i] = (midpoint[i] + other[i]) / 2;
        }
        return midpoint;
    }

    /** @return mean of the harmful minus mean of the harmless activations, {@code [hidden]} */
    public double[] difference() {
        return combined(sample.difference());
    }

    private double distance() {
        return norm(difference());
    }

    private double size() {
        return (norm(mean(true)) + norm(mean(false))) / 2;
    }

    /** Trace of a class's biased covariance. */
    private double variance(boolean isHarmful) {
        double mean = norm(mean(isHarmful));
        return Math.max(0, squares[isHarmful ? 1 : 0] / sample.weightOf(isHarmful) - mean * mean);
    }

    /** Trace of the biased covariance of both classes together. */
    private double total() {
        double plus = sample.weightOf(true);
        double minus = sample.weightOf(false);
        double all = plus + minus;
        double between = plus * minus / (all * all) * distance() * distance();
        return plus / all * variance(true) + minus / all * variance(false) + between;
    }

    private double[] combined(double[] coefficients) {
        double[] sum = new double[rows[0].length];
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; coefficients[r] != 0 && i < sum.length; i++) {
                sum[i] += coefficients[r] * rows[r][i];
            }
        }
        return sum;
    }

    private static double norm(double[] vector) {
        double sum = 0;
        for (double value : vector) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}
