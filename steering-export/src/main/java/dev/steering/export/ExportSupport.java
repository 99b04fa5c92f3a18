package dev.steering.export;

import dev.steering.core.SteeringException;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.family.Families;
import dev.steering.export.stored.QuantizedCheckpoint;
import java.util.Optional;

/** Whether {@link CheckpointExporter} would take a checkpoint, without exporting it. Stateless and thread-safe. */
public final class ExportSupport {
    private ExportSupport() {}

    /**
     * @param checkpoint a checkpoint
     * @return why it cannot be exported, naming the key of its config.json; empty if it can
     */
    public static Optional<String> refusal(Checkpoint checkpoint) {
        try {
            readConfig(checkpoint);
            return Optional.empty();
        } catch (SteeringException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** What the exporter does before it writes anything. */
    private static void readConfig(Checkpoint checkpoint) {
        QuantizedCheckpoint stored = QuantizedCheckpoint.of(checkpoint);
        Checkpoint model = stored == null ? checkpoint : stored.model();
        CheckpointExporter.usedTensors(model, Families.read(model), ExportOptions.defaults());
    }
}
