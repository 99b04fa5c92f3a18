package dev.steering.export.decoder;

import static dev.steering.core.bundle.GraphContract.GATE_COEFFS;
import static dev.steering.core.bundle.GraphContract.GATE_LIMITS;
import static dev.steering.core.bundle.GraphContract.GATE_OFFSETS;
import static dev.steering.core.bundle.GraphContract.GATE_OWN;
import static dev.steering.core.bundle.GraphContract.GATE_POSITIONS;
import static dev.steering.core.bundle.GraphContract.GATE_READS;
import static dev.steering.core.bundle.GraphContract.GATE_VECTORS;

import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the gated graph adds at a point with value x: {@code (G * C) V_p} with {@code G = min(max(R + B_p, least), most)} and R the
 * products {@code x W_p^T} at the position itself, or at the position that the row's gates read, which is picked after the product: N
 * numbers a position instead of H.
 */
final class GatePoints {
    private final GraphBuilder graph;
    private final int points;
    private final int hidden;

    GatePoints(GraphBuilder graph, int points, int hidden) {
        this.graph = graph;
        this.points = points;
        this.hidden = hidden;
    }

    void inputs() {
        graph.input(GATE_READS, DType.F32, (long) points, "gates", (long) hidden);
        graph.input(GATE_VECTORS, DType.F32, (long) points, "gates", (long) hidden);
        graph.input(GATE_COEFFS, DType.F32, "coeff_rows_4", "coeff_positions_4", "gates");
        graph.input(GATE_OFFSETS, DType.F32, (long) points, "gates");
        graph.input(GATE_LIMITS, DType.F32, 2L, "gates");
        graph.input(GATE_OWN, DType.F32, "gates");
        graph.input(GATE_POSITIONS, DType.F32, "read_rows", 1L, "sequence");
        split(GATE_READS, "gate.read.");
        split(GATE_VECTORS, "gate.vector.");
        split(GATE_OFFSETS, "gate.offset.");
        graph.node(
                "Split",
                List.of(GATE_LIMITS),
                List.of("gate.least", "gate.most"),
                Map.of("axis", 0L, "num_outputs", 2L));
        graph.floats("gate.one", new float[] {1});
        graph.node("Sub", "gate.rows", "gate.one", GATE_OWN);
    }

    private void split(String input, String prefix) {
        List<String> parts = new ArrayList<>();
        for (int p = 0; p < points; p++) {
            parts.add(prefix + p);
        }
        graph.node("Split", List.of(input), parts, Map.of("axis", 0L, "num_outputs", (long) points));
    }

    /** What is written at a point whose value is known. */
    String written(int point, String value) {
        String name = "point." + point + ".gate";
        graph.fused("FusedMatMul", List.of(value, "gate.read." + point), List.of(name), Map.of("transB", 1L));
        String own = graph.node("Mul", name + ".own", name, GATE_OWN);
        String picked = graph.node("MatMul", name + ".picked", GATE_POSITIONS, name);
        String row = graph.node("Mul", name + ".row", picked, "gate.rows");
        String read = graph.node("Add", name + ".read", own, row);
        String moved = graph.node("Add", name + ".moved", read, "gate.offset." + point);
        String least = graph.node("Max", name + ".least", moved, "gate.least");
        String most = graph.node("Min", name + ".most", least, "gate.most");
        String scaled = graph.node("Mul", name + ".scaled", most, GATE_COEFFS);
        return graph.node("MatMul", name + ".written", scaled, "gate.vector." + point);
    }
}
