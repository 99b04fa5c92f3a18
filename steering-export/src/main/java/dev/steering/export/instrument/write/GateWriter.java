package dev.steering.export.instrument.write;

import static dev.steering.core.bundle.GraphContract.GATE_COEFFS;
import static dev.steering.core.bundle.GraphContract.GATE_LIMITS;
import static dev.steering.core.bundle.GraphContract.GATE_OFFSETS;
import static dev.steering.core.bundle.GraphContract.GATE_OWN;
import static dev.steering.core.bundle.GraphContract.GATE_POSITIONS;
import static dev.steering.core.bundle.GraphContract.GATE_READS;
import static dev.steering.core.bundle.GraphContract.GATE_VECTORS;

import dev.steering.export.instrument.write.GraphEditor.Place;
import java.util.List;

/**
 * Adds gates at a point with value x: {@code (min(max(R + B, least), most) * C) V} with R the products {@code x W'} at the position
 * itself, or at the one that the row's gates read. All in single precision.
 */
final class GateWriter {
    private final GraphEditor editor;

    GateWriter(GraphEditor editor) {
        this.editor = editor;
    }

    /**
     * @param wide the point's value in single precision
     * @param index name of the constant with the point's number
     * @param name beginning of the new tensors' names
     * @return what is written there
     */
    String written(Place place, String wide, String index, String name) {
        String reads = at(place, GATE_READS, index, name + ".reads");
        String transposed = editor.op(
                place, "Transpose", name + ".transposed", List.of(reads), GraphEditor.integers("perm", 0, 2, 1));
        String products = editor.op(place, "MatMul", name + ".products", List.of(wide, transposed));
        String own = editor.op(place, "Mul", name + ".own", List.of(products, GATE_OWN));
        String picked = editor.op(place, "MatMul", name + ".picked", List.of(GATE_POSITIONS, products));
        String others = editor.op(place, "Sub", name + ".rows", List.of(editor.number(name + ".one", 1), GATE_OWN));
        String row = editor.op(place, "Mul", name + ".row", List.of(picked, others));
        String read = editor.op(place, "Add", name + ".read", List.of(own, row));
        String moved = editor.op(
                place, "Add", name + ".moved", List.of(read, at(place, GATE_OFFSETS, index, name + ".offsets")));
        String least = editor.op(place, "Max", name + ".least", List.of(moved, limit(place, name + ".floor", 0)));
        String most = editor.op(place, "Min", name + ".most", List.of(least, limit(place, name + ".ceiling", 1)));
        String scaled = editor.op(place, "Mul", name + ".scaled", List.of(most, GATE_COEFFS));
        String vectors = at(place, GATE_VECTORS, index, name + ".vectors");
        return editor.op(place, "MatMul", name + ".written", List.of(scaled, vectors));
    }

    private String at(Place place, String input, String index, String name) {
        return editor.op(place, "Gather", name, List.of(input, index), GraphEditor.integer("axis", 0));
    }

    private String limit(Place place, String name, int which) {
        return at(place, GATE_LIMITS, editor.longs(name + ".index", which), name);
    }
}
