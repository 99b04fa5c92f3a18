package dev.steering.export.inspect;

import dev.steering.export.graph.OnnxFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the residual stream runs through an ONNX graph.
 *
 * @param layers decoder blocks; null if the points were not looked for or not found
 * @param tensors name of the tensor at each residual-stream point, {@code layers + 1} of them; empty if not found
 * @param note what that means for steering, and what to do next
 */
public record GraphPoints(@Nullable Integer layers, List<String> tensors, String note) {
    /** Copies the list. */
    public GraphPoints {
        tensors = List.copyOf(tensors);
    }

    /** SEAM: the one place that asks whoever finds residual points (dev.steering.export.instrument). */
    static GraphPoints find(OnnxFile graph) {
        return new GraphPoints(
                null,
                List.of(),
                "not looked for; whether it can be steered: try 'steer instrument " + graph.path() + " -o BUNDLE'");
    }
}
