package dev.steering.core.vector.format;

import dev.steering.core.BadFile;
import dev.steering.core.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows as they are found in a file: each layer once, all of one length, every value a finite float. For one thread. */
final class RowGatherer {
    private final Path file;
    private final String kind;
    private final SortedMap<Integer, float[]> rows = new TreeMap<>();
    private String firstName = "";
    private int length;
    private long rounded;

    /** @param kind what the file is, without an article */
    RowGatherer(Path file, String kind) {
        this.file = file;
        this.kind = kind;
    }

    BadFile damaged(String problem) {
        return damaged(problem, null);
    }

    BadFile damaged(String problem, @Nullable Throwable cause) {
        return new BadFile(
                file + " is not a valid " + kind + ": " + problem
                        + ". It is damaged, or of another kind: fetch or write it again.",
                cause);
    }

    /** It is a file of the kind, but no steering vector that can be meant. */
    BadFile unusable(String problem, String advice) {
        return new BadFile(file + " cannot be used as a steering vector: " + problem + ". " + advice);
    }

    /** A layer's number from the end of a name; only as its own writers write it, so that no two names mean the same layer. */
    int layer(String name, String digits) {
        boolean canonical = digits.length() <= 9
                && !digits.isEmpty()
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.equals("0") || digits.charAt(0) != '0');
        if (!canonical) {
            throw unusable(
                    "it has '" + name + "', expected a layer's number such as 0 or 12 in its place",
                    "Only names that mean one layer and nothing else are read.");
        }
        return Integer.parseInt(digits);
    }

    /** A value as a float, to which it may have to be rounded. */
    float value(String name, long index, double value) {
        float single = (float) value;
        if (!Float.isFinite(single)) {
            throw unusable(
                    "'" + name + "' has the value " + value + " at position " + index
                            + (Double.isFinite(value) ? ", too large for a 32-bit float" : ", expected finite numbers"),
                    "Whatever made it overflowed; make it again.");
        }
        if (single != value) {
            rounded++;
        }
        return single;
    }

    /** The values of a row, of which the buffer holds the whole. */
    float[] values(String name, DType type, ByteBuffer bytes, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = value(name, i, type.next(bytes));
        }
        return values;
    }

    void put(String name, int layer, float[] row) {
        if (layer >= LayerRows.MOST_LAYERS) {
            throw unusable(
                    "'" + name + "' is a row for layer " + layer + ", beyond the " + LayerRows.MOST_LAYERS
                            + " layers that a model may have here",
                    "Is it a vector at all?");
        }
        if (row.length == 0) {
            throw damaged("'" + name + "' has no values");
        }
        if (rows.isEmpty()) {
            firstName = name;
            length = row.length;
        }
        if (row.length != length) {
            throw damaged("'" + name + "' has " + row.length + " values, but '" + firstName + "' has " + length);
        }
        if (rows.put(layer, row) != null) {
            throw damaged("it has two rows for layer " + layer + ", the second is '" + name + "'");
        }
    }

    /** All rows that were put, whatever they hold. */
    LayerRows all() {
        if (rows.isEmpty()) {
            throw unusable("it has no directions", "A vector has at least one.");
        }
        return new LayerRows(rows);
    }

    /** All rows that were put, not all of them zero. */
    LayerRows rows() {
        LayerRows all = all();
        if (rows.values().stream().allMatch(RowGatherer::isZero)) {
            throw unusable("all its values are zero", "It would steer nothing.");
        }
        return all;
    }

    /** What was noticed of the values. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (rounded > 0) {
            remarks.add(rounded + " of its values are no 32-bit floats and were rounded to the nearest.");
        }
        List<Integer> zero = rows.entrySet().stream()
                .filter(row -> isZero(row.getValue()))
                .map(row -> row.getKey())
                .toList();
        if (!zero.isEmpty()) {
            remarks.add("the directions of layers " + zero + " are zero: they steer nothing.");
        }
        return remarks;
    }

    private static boolean isZero(float[] row) {
        for (float value : row) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
