package dev.steering.core.vector.format;

import dev.steering.core.vector.LayerMatrix;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The directions that a file has: rows of finite floats by layer, some layers without one. Immutable and thread-safe. */
public final class LayerRows {
    /** Beyond the deepest models by far: a file that names more is damaged, or means something else. */
    public static final int MOST_LAYERS = 512;

    /** Beyond the widest models by far. */
    static final int MOST_COLUMNS = 1 << 24;

    private final int hidden;
    private final SortedMap<Integer, float[]> rows;

    /** Keeps the rows, which nobody may change any more. */
    LayerRows(SortedMap<Integer, float[]> rows) {
        this.rows = rows;
        this.hidden = rows.values().iterator().next().length;
    }

    /**
     * @param matrix rows by layer
     * @param layers layers that have a direction, at least one
     * @return those rows
     */
    public static LayerRows of(LayerMatrix matrix, Collection<Integer> layers) {
        SortedMap<Integer, float[]> rows = new TreeMap<>();
        layers.forEach(layer -> rows.put(layer, matrix.row(layer)));
        return new LayerRows(rows);
    }

    /** @return length of every row */
    public int hidden() {
        return hidden;
    }

    /** @return layers that have a row, 0-based, ascending */
    public List<Integer> layers() {
        return List.copyOf(rows.keySet());
    }

    /** @return the highest layer that has a row */
    public int last() {
        return rows.lastKey();
    }

    /**
     * @param layer a layer that has a row
     * @return a copy of it
     * @throws IndexOutOfBoundsException if it has none
     */
    public float[] row(int layer) {
        float[] row = rows.get(layer);
        if (row == null) {
            throw new IndexOutOfBoundsException("layer " + layer + " has no row");
        }
        return row.clone();
    }

    /**
     * @param by what is added to every layer's number
     * @return rows of other layers; those that would be of layers below 0 or from {@code end} on are left out
     */
    SortedMap<Integer, float[]> shifted(int by, int end) {
        SortedMap<Integer, float[]> shifted = new TreeMap<>();
        rows.forEach((layer, row) -> {
            if (layer + by >= 0 && layer + by < end) {
                shifted.put(layer + by, row);
            }
        });
        return shifted;
    }

    /**
     * @param layers number of layers, more than the last one's
     * @return all rows, zeros where there is none, {@code [layers, hidden]}
     */
    public LayerMatrix matrix(int layers) {
        float[] values = new float[Math.multiplyExact(layers, hidden)];
        rows.forEach((layer, row) -> System.arraycopy(row, 0, values, layer * hidden, hidden));
        return LayerMatrix.of(layers, hidden, values);
    }
}
