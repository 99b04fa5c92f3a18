package dev.steering.export.decoder;

import static dev.steering.core.bundle.GraphContract.CAPTURED;
import static dev.steering.core.bundle.GraphContract.CAPTURE_WEIGHTS;
import static dev.steering.core.bundle.GraphContract.KEPT_NORMS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_COEFFS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_FLOORS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_VECTORS;
import static dev.steering.core.bundle.GraphContract.STEERING_COEFFS;
import static dev.steering.core.bundle.GraphContract.STEERING_VECTORS;

import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphBuilder;
import dev.steering.export.graph.GraphVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The steering and capture half of the graph contract, written into a graph while it is built.
 *
 * <p>At point p with value x: {@code x + C V_p}. In the projection graph {@code y + E_p (|x| / |y| - 1) y} with {@code y = x + C V_p -
 * (D * max(x U_p^T, F)) U_p}; V, C are the added directions and coefficients, U, D, F the projected directions, their shares and
 * floors, and E_p is 1 where the norm is kept, else 0. In the gated graph y has also what {@link GatePoints} writes.
 */
final class SteeringPoints {
    private final GraphBuilder graph;
    private final int points;
    private final int hidden;
    private final boolean projection;
    private final @Nullable GatePoints gates;
    private final List<String> captured = new ArrayList<>();

    SteeringPoints(GraphBuilder graph, int points, int hidden, GraphVariant variant) {
        this.graph = graph;
        this.points = points;
        this.hidden = hidden;
        this.projection = variant.projects();
        this.gates = variant.gates() ? new GatePoints(graph, points, hidden) : null;
    }

    void inputs() {
        graph.input(STEERING_VECTORS, DType.F32, (long) points, "directions", (long) hidden);
        graph.input(STEERING_COEFFS, DType.F32, "coeff_rows", "coeff_positions", "directions");
        graph.input(CAPTURE_WEIGHTS, DType.F32, "batch", "captures", "sequence");
        split(STEERING_VECTORS, "steering.vector.", 0);
        if (projection) {
            graph.input(PROJECTION_VECTORS, DType.F32, (long) points, "projections", (long) hidden);
            graph.input(PROJECTION_COEFFS, DType.F32, "coeff_rows_2", "coeff_positions_2", "projections");
            graph.input(PROJECTION_FLOORS, DType.F32, "projections");
            split(PROJECTION_VECTORS, "projection.vector.", 0);
            graph.input(KEPT_NORMS, DType.F32, "coeff_rows_3", "coeff_positions_3", (long) points);
            split(KEPT_NORMS, "norm.kept.", 2);
            graph.longs("axis.hidden", new long[] {-1}, 1);
            graph.floats("norm.smallest", new float[] {Float.MIN_NORMAL});
            graph.floats("norm.one", new float[] {1});
        }
        if (gates != null) {
            gates.inputs();
        }
    }

    /** Moves a value itself, where there is no skip input: the embedding output, and a stream among several. */
    String steered(int point, String value) {
        String name = "point." + point;
        graph.node("Add", name, value, projection ? change(point, value) : delta(point));
        capture(point, name);
        return name;
    }

    /** What to give the skip-norm that makes point p out of branch + skip, so that the point comes out steered. */
    String steeredSkip(int point, String branch, String skip) {
        String name = "point." + point;
        if (!projection) {
            return graph.node("Add", name + ".skip", skip, delta(point));
        }
        String value = graph.node("Add", name + ".unsteered", branch, skip);
        return graph.node("Add", name + ".skip", skip, change(point, value));
    }

    void capture(int point, String value) {
        captured.add(graph.node("MatMul", "captured." + point, CAPTURE_WEIGHTS, value));
    }

    /** The points' captures one after the other, cut at the end: an axis for each of them would be a node for each in every pass. */
    void output() {
        graph.node("Concat", captured, List.of("captured.flat"), Map.of("axis", 1L));
        graph.longs("captured.shape", new long[] {0, points, -1, hidden}, 4);
        graph.node("Reshape", CAPTURED, "captured.flat", "captured.shape");
        graph.output(CAPTURED, DType.F32, "batch", (long) points, "captures", (long) hidden);
    }

    private void split(String input, String prefix, long axis) {
        List<String> parts = new ArrayList<>();
        for (int p = 0; p < points; p++) {
            parts.add(prefix + p);
        }
        graph.node("Split", List.of(input), parts, Map.of("axis", axis, "num_outputs", (long) points));
    }

    private String delta(int point) {
        return graph.node("MatMul", "point." + point + ".delta", STEERING_COEFFS, "steering.vector." + point);
    }

    /** What turns x into the point's value in the projection graph. */
    private String change(int point, String value) {
        String name = "point." + point;
        String moved = graph.node("Sub", name + ".moved", added(point, value), component(point, value));
        String steered = graph.node("Add", name + ".steered", value, moved);
        String ratio = graph.node(
                "Div",
                name + ".ratio",
                norm(name + ".norm", value),
                graph.node("Max", name + ".norm.divisor", norm(name + ".norm.steered", steered), "norm.smallest"));
        String missing = graph.node("Sub", name + ".missing", ratio, "norm.one");
        String wanted = graph.node("Mul", name + ".wanted", missing, "norm.kept." + point);
        String resized = graph.node("Mul", name + ".resized", steered, wanted);
        return graph.node("Add", name + ".change", moved, resized);
    }

    private String added(int point, String value) {
        GatePoints gated = gates;
        return gated == null
                ? delta(point)
                : graph.node("Add", "point." + point + ".added", delta(point), gated.written(point, value));
    }

    private String norm(String name, String value) {
        graph.node("ReduceL2", List.of(value, "axis.hidden"), List.of(name), Map.of("keepdims", 1L));
        return name;
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
