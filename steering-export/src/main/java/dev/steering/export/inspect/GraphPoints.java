package dev.steering.export.inspect;

import dev.steering.core.SteeringException;
import dev.steering.export.graph.OnnxFile;
import dev.steering.export.instrument.Survey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the residual stream runs through an ONNX graph.
 *
 * @param layers decoder blocks; null if the points were not looked for or not found
 * @param tensors name of the tensor at each residual-stream point, {@code layers + 1} of them; empty if not found
 * @param steering what that means for steering, and what to do next
 */
public record GraphPoints(@Nullable Integer layers, List<String> tensors, Steerability steering) {
    /** Copies the list. */
    public GraphPoints {
        tensors = List.copyOf(tensors);
    }

    static GraphPoints find(OnnxFile graph) {
        String command = "steer instrument " + graph.path() + " -o BUNDLE";
        try {
            List<String> points = Survey.of(graph.path()).points();
            return new GraphPoints(
                    points.size() - 1,
                    points,
                    new Steerability(
                            Steerability.Answer.YES,
                            "its residual stream was found in the data flow; 'steer instrument' shows by running whether that"
                                    + " is right",
                            command));
        } catch (SteeringException e) {
            return new GraphPoints(
                    null,
                    List.of(),
                    new Steerability(
                            Steerability.Answer.NO,
                            "its residual stream was not found: " + e.getMessage(),
                            command + " --points FILE"));
        }
    }
}
