package dev.steering.model.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.model.ort.internal.PassMemory;
import dev.steering.model.ort.internal.PassPlan;
import java.util.Set;

/** What a run is given of earlier ones, and what it leaves for later ones. */
interface Past {
    /** Adds the cache's inputs, and its outputs where their memory is given. */
    void feed(PassMemory memory, int rows) throws OrtException;

    /** Outputs that are to be kept; {@link #accept} gets them. */
    default Set<String> kept() {
        return Set.of();
    }

    /** Takes over the kept outputs of a run that succeeded. */
    default void accept(OrtSession.Result result, PassPlan plan) {}

    /** For a run that starts at every row's beginning and leaves nothing for later ones. */
    static Past empty(GraphSignature signature) {
        return (memory, rows) -> memory.noPast(signature, rows);
    }
}
