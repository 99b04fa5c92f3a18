package dev.steering.gradient;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.family.Families;
import java.util.List;

/**
 * A bundle's embedding table, read row by row: where soft prompts begin, in the same space that {@link SoftPromptGradients} takes
 * them in. Immutable and thread-safe.
 */
public final class EmbeddingTable {
    private final SafetensorsFile file;
    private final String tensor;
    private final int hidden;
    private final double scale;

    private EmbeddingTable(SafetensorsFile file, DecoderSpec spec) {
        this.file = file;
        this.tensor = spec.names().embedding();
        this.hidden = spec.hidden();
        this.scale = spec.multipliers().embedding();
    }

    /**
     * @param bundle a bundle that was exported from a checkpoint
     * @return its table
     * @throws SteeringException if it has no checkpoint's weights and config
     */
    public static EmbeddingTable of(Bundle bundle) {
        Checkpoint checkpoint = Checkpoint.open(bundle.directory());
        DecoderSpec spec = Families.read(checkpoint);
        SafetensorsFile file = checkpoint.open(spec.names().embedding());
        file.tensor(spec.names().embedding(), spec.vocabulary(), spec.hidden());
        return new EmbeddingTable(file, spec);
    }

    /** @return length of a row */
    public int hidden() {
        return hidden;
    }

    /** @return what the model multiplies its rows with */
    public double scale() {
        return scale;
    }

    /**
     * @param tokens ids, each below the vocabulary's size
     * @return their rows as they are stored, row-major {@code [tokens, hidden]}
     * @throws IndexOutOfBoundsException if there is no such row
     * @throws SteeringException if the file cannot be read
     */
    public float[] rows(List<Integer> tokens) {
        float[] rows = new float[tokens.size() * hidden];
        for (int k = 0; k < tokens.size(); k++) {
            System.arraycopy(file.readRows(tensor, tokens.get(k), 1), 0, rows, k * hidden, hidden);
        }
        return rows;
    }
}
