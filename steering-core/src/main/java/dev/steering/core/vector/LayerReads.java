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
     * @param layer 0-based layer
     * @return what is added there
     */
    public float offset(int layer) {
        return offsets.row(layer)[0];
    }
}
