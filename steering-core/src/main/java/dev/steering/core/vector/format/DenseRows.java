package dev.steering.core.vector.format;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An array {@code [layers, hidden]}, or of a single layer {@code [hidden]}, as rows. Stateless and thread-safe. */
final class DenseRows {
    private DenseRows() {}

    /**
     * @param shape the array's, as a file says it
     * @param rows complains
     * @return number of rows and of columns
     */
    static int[] sizes(String name, List<Long> shape, RowGatherer rows) {
        if (shape.isEmpty() || shape.size() > 2) {
            throw rows.unusable(
                    "'" + name + "' has the shape " + shape + ", expected [layers, hidden], or [hidden] for one layer",
                    "Write one row a layer.");
        }
        long columns = shape.get(shape.size() - 1);
        long lines = shape.size() == 1 ? 1 : shape.get(0);
        if (lines < 1 || columns < 1 || columns > LayerRows.MOST_COLUMNS) {
            throw rows.unusable(
                    "'" + name + "' has the shape " + shape + ", which holds no direction", "Write it again.");
        }
        if (lines > LayerRows.MOST_LAYERS) {
            throw rows.unusable(
                    "'" + name + "' has " + lines + " rows, beyond the " + LayerRows.MOST_LAYERS
                            + " layers that a model may have here",
                    "Expected [layers, hidden]: is it transposed, or a weight of a model?");
        }
        return new int[] {(int) lines, (int) columns};
    }

    /**
     * @param file for messages
     * @param dimensions the array's
     * @param given the layer of its first row as somebody says it; null if nobody does
     * @return the layer of its first row
     */
    static int firstLayer(Path file, int dimensions, @Nullable Integer given) {
        if (given == null && dimensions == 1) {
            throw new BadRequest(file + " holds the direction of one layer and does not say of which.")
                    .withRemedy(Remedy.NAME_LAYER);
        }
        return given == null ? 0 : given;
    }

    /** Whether layers may follow that the array has no rows for: an array of all layers begins at layer 0. */
    static boolean isOpen(int dimensions, @Nullable Integer given) {
        return dimensions == 1 || given != null;
    }
}
