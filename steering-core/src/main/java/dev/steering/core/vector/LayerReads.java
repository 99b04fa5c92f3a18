package dev.steering.core.vector;

/**
 * What is read of the residual stream beside the direction that is written: at layer l the number {@code x . row(l) + offset(l)}, x being
 * the layer's output at one token. Immutable and thread-safe.
 *
 * @param rows what the stream is multiplied with, {@code [layers, hidden]}; a zero row reads nothing
 * @param offsets what is added, {@code [layers, 1]}
 */
public record LayerReads(LayerMatrix rows, LayerMatrix offsets) {
    /** @throws IllegalArgumentException if there is not one offset a layer */
    public LayerReads {
        if (offsets.layers() != rows.layers() || offsets.hidden() != 1) {
            throw new IllegalArgumentException("reads are " + rows + ", offsets " + offsets);
        }
    }

    /**
     * @param rows what the stream is multiplied with, {@code [layers, hidden]}
     * @return reads without offsets
     */
    public static LayerReads of(LayerMatrix rows) {
        return new LayerReads(rows, LayerMatrix.of(new float[rows.layers()][1]));
    }

    /**
     * Positions between two classes' means: 0 at the first, 100 at the second (AdaSteer, arXiv 2504.09466).
     *
     * @param first means of the first class, {@code [layers][hidden]}
     * @param second means of the second class, {@code [layers][hidden]}
     * @return {@code 100 (x - first) . (second - first) / |second - first|^2}; nothing where the means are the same
     */
    public static LayerReads positions(double[][] first, double[][] second) {
        float[][] rows = new float[first.length][first[0].length];
        float[][] offsets = new float[first.length][1];
        for (int l = 0; l < first.length; l++) {
            double square = 0;
            double start = 0;
            for (int i = 0; i < first[l].length; i++) {
                double step = second[l][i] - first[l][i];
                square += step * step;
                start += step * first[l][i];
            }
            for (int i = 0; i < first[l].length && square > 0; i++) {
                rows[l][i] = (float) (100 * (second[l][i] - first[l][i]) / square);
            }
            offsets[l][0] = square > 0 ? (float) (-100 * start / square) : 0;
        }
        return new LayerReads(LayerMatrix.of(rows), LayerMatrix.of(offsets));
    }

    /**
     * @param layer 0-based layer
     * @param state the stream behind that layer, {@code [hidden]}
     * @return what is read of it
     */
    public double read(int layer, float[] state) {
        float[] row = rows.row(layer);
        double sum = offset(layer);
        for (int i = 0; i < row.length; i++) {
            sum += (double) row[i] * state[i];
        }
        return sum;
    }

    /**
     * @param layer 0-based layer
     * @return what is added there
     */
    public float offset(int layer) {
        return offsets.row(layer)[0];
    }
}
