package dev.steering.core.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.bundle.GraphSignature;
import java.util.Map;
import java.util.Set;

/** What a run is given of earlier ones, and what it leaves for later ones. */
interface Past {
    /** Adds the cache's inputs; what is made for this run only belongs to the tensors. */
    void feed(Map<String, OnnxTensor> inputs, Tensors tensors, int rows) throws OrtException;

    /** Outputs whose memory is given. */
    default Map<String, OnnxTensor> pinned() {
        return Map.of();
    }

    /** Outputs that are to be kept; {@link #accept} gets them. */
    default Set<String> kept() {
        return Set.of();
    }

    /** Takes over the kept outputs of a run that succeeded. */
    default void accept(OrtSession.Result result, PassPlan plan) {}

    /** Nothing before, nothing kept. */
    static Past empty(GraphSignature signature) {
        return (inputs, tensors, rows) -> tensors.noPast(inputs, signature, rows);
    }
}
