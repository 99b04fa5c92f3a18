package dev.steering.export.inspect;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.CountedLayers;
import dev.steering.export.graph.OnnxFile;
import dev.steering.export.instrument.Survey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the residual stream runs through an ONNX graph.
 *
 * @param layers decoder blocks; null if the points were not found
 * @param tensors name of the tensor at each residual-stream point, {@code layers + 1} of them; empty if not found
 * @param evidence what counts the layers beside the data flow; null if the points were not found
 * @param refusal the rule that failed; null if the points were found
 */
public record GraphPoints(
        @Nullable Integer layers, List<String> tensors, @Nullable CountedLayers evidence, @Nullable String refusal) {
    public GraphPoints {
        tensors = List.copyOf(tensors);
    }

    static GraphPoints find(OnnxFile graph) {
        try {
            Survey survey = Survey.of(graph.path());
            return new GraphPoints(survey.points().size() - 1, survey.points(), survey.evidence(), null);
        } catch (SteeringException e) {
            return new GraphPoints(null, List.of(), null, String.valueOf(e.getMessage()));
        }
    }
}
