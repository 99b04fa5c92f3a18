package dev.steering.export.inspect;

import dev.steering.export.graph.OnnxFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the residual stream runs through an ONNX graph.
 *
 * @param layers decoder blocks; null if the points were not looked for or not found
 * @param tensors name of the tensor at each residual-stream point, {@code layers + 1} of them; empty if not found
 * @param steering what that means for steering, and what to do next
 */
public record GraphPoints(@Nullable Integer layers, List<String> tensors, Steering steering) {
    /** Copies the list. */
    public GraphPoints {
        tensors = List.copyOf(tensors);
    }

    /** SEAM: the one place that asks whoever finds residual points (dev.steering.export.instrument). */
    static GraphPoints find(OnnxFile graph) {
        return new GraphPoints(
                null,
                List.of(),
                new Steering(
                        Steering.Answer.UNKNOWN,
                        "its residual stream was not looked for: try 'steer instrument'",
                        "steer instrument " + graph.path() + " -o BUNDLE"));
    }
}
