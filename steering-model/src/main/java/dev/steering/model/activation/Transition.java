package dev.steering.model.activation;

import dev.steering.core.vector.LayerMatrix;
import java.util.List;

/**
 * The transition of one prompt: the residual stream at the last token of the prompt's template and, in the same sequence, at
 * the last token of the marker ("Sure") behind it. SCANS (arXiv 2408.11491, Eq. 2) classifies by
 * {@code t^l = h^l[last template token] - h^l[last marker token]}.
 *
 * <p>Immutable as long as nobody changes the arrays, which are not copied.
 */
public final class Transition {
    private final float[][] last;
    private final float[][] marker;

    /**
     * @param last activations at the last template token, {@code [layers][hidden]}
     * @param marker activations at the last marker token, {@code [layers][hidden]}
     * @throws IllegalArgumentException if the numbers of layers differ
     */
    public Transition(float[][] last, float[][] marker) {
        if (last.length != marker.length) {
            throw new IllegalArgumentException(last.length + " layers and " + marker.length);
        }
        this.last = last;
        this.marker = marker;
    }

    /** @return number of layers */
    public int layers() {
        return last.length;
    }

    /**
     * @param layer 0-based layer
     * @return {@code t^l}, {@code [hidden]}
     */
    public double[] at(int layer) {
        double[] difference = new double[last[layer].length];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = (double) last[layer][i] - marker[layer][i];
        }
        return difference;
    }

    /**
     * @param reference d, {@code [layers, hidden]}
     * @return {@code cos(t^l, d^l)} for every layer, {@code [layers]}; 0 where either is zero
     * @throws IllegalArgumentException if the sizes differ
     */
    public double[] cosines(LayerMatrix reference) {
        if (reference.layers() != layers() || reference.hidden() != last[0].length) {
            throw new IllegalArgumentException(
                    "reference " + reference + " for transitions " + layers() + " x " + last[0].length);
        }
        double[] cosines = new double[layers()];
        for (int l = 0; l < cosines.length; l++) {
            cosines[l] = cosine(at(l), reference.row(l));
        }
        return cosines;
    }

    /**
     * The classifier's score (Eq. 4): {@code s = (1 / |L|) sum over l in L of cos(t^l, d^l)}.
     *
     * @param cosines cosine of every layer
     * @param layers the classifier's layers L, at least one
     * @return their mean, -1..1; a prompt is called harmful if it is at or above the threshold
     * @throws IllegalArgumentException if there are no layers
     */
    public static double score(double[] cosines, List<Integer> layers) {
        return layers.stream()
                .mapToDouble(layer -> cosines[layer])
                .average()
                .orElseThrow(() -> new IllegalArgumentException("a score needs at least one layer"));
    }

    private static double cosine(double[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        double norms = Math.sqrt(aa) * Math.sqrt(bb);
        return norms == 0 ? 0 : dot / norms;
    }
}
