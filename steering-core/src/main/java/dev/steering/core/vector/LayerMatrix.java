package dev.steering.core.vector;

import dev.steering.core.NumericOverflow;
import java.util.Arrays;

/**
 * One vector of length {@code hidden} per layer: an immutable {@code [layers, hidden]} matrix of finite floats.
 *
 * <p>Row {@code l} belongs to the output of the 0-based decoder block {@code l} (residual-stream point {@code l + 1}).
 * Instances are immutable and therefore thread-safe; arrays are copied in and out.
 */
public final class LayerMatrix {
    private final int layers;
    private final int hidden;
    private final float[] values;

    private LayerMatrix(int layers, int hidden, float[] values) {
        this.layers = layers;
        this.hidden = hidden;
        this.values = values;
    }

    /**
     * @param rows one row per layer, all of the same length, at least one of each
     * @return a matrix holding a copy of the rows
     * @throws IllegalArgumentException if there are no rows, no columns or rows of different lengths
     * @throws NumericOverflow if a value is NaN or infinite
     */
    public static LayerMatrix of(float[][] rows) {
        if (rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException("expected at least one layer and one column");
        }
        int hidden = rows[0].length;
        float[] values = new float[Math.multiplyExact(rows.length, hidden)];
        for (int l = 0; l < rows.length; l++) {
            if (rows[l].length != hidden) {
                throw new IllegalArgumentException(
                        "row " + l + " has " + rows[l].length + " columns, expected " + hidden);
            }
            System.arraycopy(rows[l], 0, values, l * hidden, hidden);
        }
        return checked(rows.length, hidden, values);
    }

    /**
     * @param layers number of rows, at least 1
     * @param hidden number of columns, at least 1
     * @param values row-major, {@code layers * hidden} of them; copied
     * @return the matrix
     * @throws IllegalArgumentException if the sizes disagree
     * @throws NumericOverflow if a value is NaN or infinite
     */
    public static LayerMatrix of(int layers, int hidden, float[] values) {
        if (layers < 1 || hidden < 1 || values.length != Math.multiplyExact(layers, hidden)) {
            throw new IllegalArgumentException(
                    "expected " + layers + " x " + hidden + " values, found " + values.length);
        }
        return checked(layers, hidden, values.clone());
    }

    private static LayerMatrix checked(int layers, int hidden, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new NumericOverflow("a vector must be finite: layer " + i / hidden + ", component " + i % hidden
                        + " is " + values[i] + ". The model's activations overflowed or the file is damaged.");
            }
        }
        return new LayerMatrix(layers, hidden, values);
    }

    /** @return number of layers */
    public int layers() {
        return layers;
    }

    /** @return length of each vector: the model's hidden size */
    public int hidden() {
        return hidden;
    }

    /**
     * @param layer 0-based layer
     * @return a copy of that layer's vector, {@code [hidden]}
     * @throws IndexOutOfBoundsException if there is no such layer
     */
    public float[] row(int layer) {
        checkLayer(layer);
        return Arrays.copyOfRange(values, layer * hidden, (layer + 1) * hidden);
    }

    /** @return a copy of all values, row-major {@code [layers, hidden]} */
    public float[] values() {
        return values.clone();
    }

    /**
     * @param layer 0-based layer
     * @return the Euclidean norm of that layer's vector
     */
    public double norm(int layer) {
        return Math.sqrt(dot(layer, this, layer));
    }

    /**
     * @param layer 0-based layer of this matrix
     * @param other a matrix with the same hidden size
     * @param otherLayer 0-based layer of the other
     * @return cosine of the angle between the two vectors in -1..1; 0 if either is zero
     */
    public double cosine(int layer, LayerMatrix other, int otherLayer) {
        double dot = dot(layer, other, otherLayer);
        double norms = norm(layer) * other.norm(otherLayer);
        return norms == 0 ? 0 : dot / norms;
    }

    /** @return the same directions with norm 1; a zero row stays zero */
    public LayerMatrix unit() {
        float[] unit = new float[values.length];
        for (int l = 0; l < layers; l++) {
            double norm = norm(l);
            for (int i = l * hidden; norm > 0 && i < (l + 1) * hidden; i++) {
                unit[i] = (float) (values[i] / norm);
            }
        }
        return new LayerMatrix(layers, hidden, unit);
    }

    private double dot(int layer, LayerMatrix other, int otherLayer) {
        checkLayer(layer);
        other.checkLayer(otherLayer);
        if (hidden != other.hidden) {
            throw new IllegalArgumentException("hidden sizes differ: " + hidden + " and " + other.hidden);
        }
        double sum = 0;
        for (int i = 0; i < hidden; i++) {
            sum += (double) values[layer * hidden + i] * other.values[otherLayer * hidden + i];
        }
        return sum;
    }

    private void checkLayer(int layer) {
        if (layer < 0 || layer >= layers) {
            throw new IndexOutOfBoundsException("layer " + layer + " of " + layers);
        }
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof LayerMatrix m
                && layers == m.layers
                && hidden == m.hidden
                && Arrays.equals(values, m.values);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * layers + hidden) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "LayerMatrix[" + layers + " x " + hidden + "]";
    }
}
