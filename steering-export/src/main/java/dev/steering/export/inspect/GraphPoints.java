package dev.steering.export.inspect;

import dev.steering.core.SteeringException;
import dev.steering.export.graph.OnnxFile;
import dev.steering.export.instrument.Survey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the residual stream runs through an ONNX graph.
 *
 * @param layers decoder blocks; null if the points were not found
 * @param tensors name of the tensor at each residual-stream point, {@code layers + 1} of them; empty if not found
 * @param refusal the rule that failed; null if the points were found
 */
public record GraphPoints(@Nullable Integer layers, List<String> tensors, @Nullable String refusal) {
    public GraphPoints {
        tensors = List.copyOf(tensors);
    }

    static GraphPoints find(OnnxFile graph) {
        try {
            List<String> points = Survey.of(graph.path()).points();
            return new GraphPoints(points.size() - 1, points, null);
        } catch (SteeringException e) {
            return new GraphPoints(null, List.of(), String.valueOf(e.getMessage()));
        }
    }
}
