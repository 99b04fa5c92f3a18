package dev.steering.extract.acd;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.family.Families;
import java.util.List;

/**
 * A bundle's embedding table, read row by row. Immutable and thread-safe.
 *
 * @param file where it is
 * @param tensor its name there
 * @param hidden length of a row
 * @param scale what the model multiplies its rows with
 */
record EmbeddingTable(SafetensorsFile file, String tensor, int hidden, double scale) {
    /**
     * @param bundle a bundle that was exported from a checkpoint
     * @throws dev.steering.core.SteeringException if it has no checkpoint's weights and config
     */
    static EmbeddingTable of(Bundle bundle) {
        Checkpoint checkpoint = Checkpoint.open(bundle.directory());
        DecoderSpec spec = Families.read(checkpoint);
        String name = spec.names().embedding();
        SafetensorsFile file = checkpoint.open(name);
        file.tensor(name, spec.vocabulary(), spec.hidden());
        return new EmbeddingTable(file, name, spec.hidden(), spec.multipliers().embedding());
    }

    /** The rows of some tokens, row-major {@code [tokens, hidden]}. */
    float[] rows(List<Integer> tokens) {
        float[] rows = new float[tokens.size() * hidden];
        for (int k = 0; k < tokens.size(); k++) {
            System.arraycopy(file.readRows(tensor, tokens.get(k), 1), 0, rows, k * hidden, hidden);
        }
        return rows;
    }
}
