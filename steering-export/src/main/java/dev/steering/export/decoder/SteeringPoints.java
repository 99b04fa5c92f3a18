package dev.steering.export.decoder;

import static dev.steering.core.bundle.GraphContract.CAPTURED;
import static dev.steering.core.bundle.GraphContract.CAPTURE_WEIGHTS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_COEFFS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_FLOORS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_VECTORS;
import static dev.steering.core.bundle.GraphContract.STEERING_COEFFS;
import static dev.steering.core.bundle.GraphContract.STEERING_VECTORS;

import dev.steering.export.graph.ElementType;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The steering and capture half of the graph contract, written into a graph while it is built.
 *
 * <p>At point p with value x: {@code x + C V_p}, or in the projection graph {@code x + C V_p - (D * max(x U_p^T, F)) U_p}
 * with V, C the added directions and coefficients and U, D, F the projected directions, their shares and floors.
 */
final class SteeringPoints {
    private final GraphBuilder graph;
    private final int points;
    private final int hidden;
    private final boolean projection;
    private final List<String> captured = new ArrayList<>();

    SteeringPoints(GraphBuilder graph, int points, int hidden, boolean projection) {
        this.graph = graph;
        this.points = points;
        this.hidden = hidden;
        this.projection = projection;
    }

    void inputs() {
        graph.input(STEERING_VECTORS, ElementType.FLOAT32, (long) points, "directions", (long) hidden);
        graph.input(STEERING_COEFFS, ElementType.FLOAT32, "coeff_rows", "coeff_positions", "directions");
        graph.input(CAPTURE_WEIGHTS, ElementType.FLOAT32, "batch", "captures", "sequence");
        split(STEERING_VECTORS, "steering.vector.");
        if (projection) {
            graph.input(PROJECTION_VECTORS, ElementType.FLOAT32, (long) points, "projections", (long) hidden);
            graph.input(PROJECTION_COEFFS, ElementType.FLOAT32, "coeff_rows_2", "coeff_positions_2", "projections");
            graph.input(PROJECTION_FLOORS, ElementType.FLOAT32, "projections");
            split(PROJECTION_VECTORS, "projection.vector.");
        }
        graph.longs("axis.point", new long[] {1}, 1);
    }

    /** Point 0: the embedding output itself is moved, there is no skip input. */
    String steerEmbedding(String embedded) {
        String steered = graph.node("Add", projection ? "point.0.added" : "point.0", embedded, delta(0));
        if (projection) {
            graph.node("Sub", "point.0", steered, component(0, embedded));
        }
        capture(0, "point.0");
        return "point.0";
    }

    /** What to give the skip-norm that makes point p out of branch + skip, so that the point comes out steered. */
    String steeredSkip(int point, String branch, String skip) {
        String name = "point." + point;
        String added = graph.node("Add", name + ".skip", skip, delta(point));
        if (!projection) {
            return added;
        }
        String value = graph.node("Add", name + ".unsteered", branch, skip);
        return graph.node("Sub", name + ".skip.projected", added, component(point, value));
    }

    void capture(int point, String value) {
        String pooled = graph.node("MatMul", value + ".pooled", CAPTURE_WEIGHTS, value);
        captured.add(graph.node("Unsqueeze", "captured." + point, pooled, "axis.point"));
    }

    void output() {
        graph.node("Concat", captured, List.of(CAPTURED), Map.of("axis", 1L));
        graph.output(CAPTURED, ElementType.FLOAT32, "batch", (long) points, "captures", (long) hidden);
    }

    private void split(String input, String prefix) {
        List<String> parts = new ArrayList<>();
        for (int p = 0; p < points; p++) {
            parts.add(prefix + p);
        }
        graph.node("Split", List.of(input), parts, Map.of("axis", 0L, "num_outputs", (long) points));
    }

    private String delta(int point) {
        return graph.node("MatMul", "point." + point + ".delta", STEERING_COEFFS, "steering.vector." + point);
    }

    private String component(int point, String value) {
        String name = "point." + point + ".component";
        String vector = "projection.vector." + point;
        graph.fused("FusedMatMul", List.of(value, vector), List.of(name), Map.of("transB", 1L));
        String floored = graph.node("Max", name + ".floored", name, PROJECTION_FLOORS);
        String scaled = graph.node("Mul", name + ".scaled", floored, PROJECTION_COEFFS);
        return graph.node("MatMul", name + ".removed", scaled, vector);
    }
}
