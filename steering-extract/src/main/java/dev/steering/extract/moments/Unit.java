package dev.steering.extract.moments;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One activation, or the sum of several, at all layers: a single one in single precision as the model gave it, a sum in double precision.
 * Immutable.
 */
final class Unit {
    private final long count;
    private final float @Nullable [] single;
    private final double @Nullable [] sum;
    /** Of the norms, by layer. */
    private final double[] squares;

    Unit(long count, float @Nullable [] single, double @Nullable [] sum, double[] squares) {
        this.count = count;
        this.single = single;
        this.sum = sum;
        this.squares = squares;
    }

    /** @param layers an activation, {@code [layers][hidden]} */
    static Unit of(float[][] layers) {
        int hidden = layers[0].length;
        float[] single = new float[layers.length * hidden];
        double[] squares = new double[layers.length];
        for (int l = 0; l < layers.length; l++) {
            if (layers[l].length != hidden) {
                throw new IllegalArgumentException("an activation of " + layers[l].length + ", expected " + hidden);
            }
            System.arraycopy(layers[l], 0, single, l * hidden, hidden);
            for (float value : layers[l]) {
                squares[l] += (double) value * value;
            }
        }
        return new Unit(1, single, null, squares);
    }

    long count() {
        return count;
    }

    float @Nullable [] single() {
        return single;
    }

    boolean isFinite() {
        return Arrays.stream(sum()).allMatch(Double::isFinite);
    }

    double[] squares() {
        return squares;
    }

    double[] sum() {
        if (sum != null) {
            return sum;
        }
        float[] one = single == null ? new float[0] : single;
        double[] copy = new double[one.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = one[i];
        }
        return copy;
    }

    /** The mean at a layer, {@code [hidden]}. */
    double[] mean(int layer, int hidden) {
        double[] mean = new double[hidden];
        for (int i = 0; i < hidden; i++) {
            int at = layer * hidden + i;
            mean[i] = single != null ? single[at] : sum == null ? 0 : sum[at] / count;
        }
        return mean;
    }

    Unit plus(Unit other) {
        double[] both = sum().clone();
        double[] added = other.sum();
        for (int i = 0; i < both.length; i++) {
            both[i] += added[i];
        }
        double[] norms = squares.clone();
        for (int l = 0; l < norms.length; l++) {
            norms[l] += other.squares[l];
        }
        return new Unit(count + other.count, null, both, norms);
    }
}
