package dev.steering.gradient;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderWeights;
import dev.steering.export.decoder.DecoderWeights.Location;
import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A bundle's weights as values of a tape: they stay where they are in the bundle's files. Those that are stored in half precision
 * are widened by a Cast that ONNX Runtime folds at load.
 */
final class FrozenWeights {
    /**
     * Rows of a matrix.
     *
     * @param first the first
     * @param count how many
     */
    record Rows(long first, long count) {}

    private final Tape tape;
    private final DecoderWeights weights;
    private final Map<String, DType> types = new HashMap<>();
    private final Map<String, String> widened = new HashMap<>();

    FrozenWeights(Tape tape, DecoderWeights weights) {
        this.tape = tape;
        this.weights = weights;
    }

    String get(String name, long... shape) {
        return widened(external(name, weights.locate(name, shape)));
    }

    /** Some rows of a tensor that holds several matrices: a part of the file, not of a copy. */
    String rows(String name, Rows rows, long... shape) {
        Location whole = weights.locate(name, shape);
        long bytes = whole.bytes() / whole.shape().get(0);
        List<Long> sizes = new ArrayList<>(whole.shape());
        sizes.set(0, rows.count());
        String part = name + "[" + rows.first() + "+" + rows.count() + "]";
        long offset = whole.offset() + rows.first() * bytes;
        return widened(external(part, new Location(whole.file(), whole.type(), sizes, offset, rows.count() * bytes)));
    }

    /** Rows of a table by their numbers, widened afterwards unless the whole table is needed wide anyway. */
    String lookedUp(String table, String numbers, boolean wideAnyway, long... shape) {
        if (wideAnyway) {
            return tape.node("Gather", get(table, shape), numbers);
        }
        String stored = external(table, weights.locate(table, shape));
        String rows = tape.node("Gather", stored, numbers);
        return types.get(stored) == DType.F32 ? rows : cast(rows);
    }

    private String widened(String value) {
        return types.get(value) == DType.F32 ? value : widened.computeIfAbsent(value, this::cast);
    }

    private String cast(String value) {
        return tape.node("Cast", Map.of("to", (long) DType.F32.onnxNumber()), value);
    }

    private String external(String name, Location at) {
        if (!tape.has(name)) {
            Shape shape = new Shape(at.shape().stream().map(String::valueOf).toList());
            tape.external(name, at.type(), shape, at.file(), at.offset(), at.bytes());
            types.put(name, at.type());
        }
        return name;
    }
}
