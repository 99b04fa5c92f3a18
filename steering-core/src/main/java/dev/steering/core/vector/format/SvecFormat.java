package dev.steering.core.vector.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.files.FileMark;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.origin.VectorOrigin.ImpliedUse;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.ReadingOptions.Keep;
import dev.steering.core.vector.format.ReadingOptions.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of IBM's activation-steering: JSON with {@code directions}, a list a layer, and {@code explained_variances}. Row k is measured
 * at the output of block k and added to its input, the output of block k - 1 (activation_steering/steering_vector.py and
 * leash_layer.py): unless told otherwise rows keep their meaning and stay with the block where they were measured.
 */
final class SvecFormat implements VectorFormat {
    private static final String KIND = "vector of activation-steering";

    @Override
    public String name() {
        return "svec";
    }

    @Override
    public String words() {
        return "a vector of activation-steering";
    }

    @Override
    public FileMark mark() {
        return FileMark.json(words(), JsonRows.DIRECTIONS, JsonRows.MODEL_TYPE);
    }

    @Override
    public ForeignVector read(Path file, ReadingOptions options) {
        JsonRows json = JsonRows.read(file, KIND);
        RowGatherer gatherer = json.directions();
        LayerRows rows = gatherer.rows();
        List<String> remarks = new ArrayList<>(gatherer.remarks());
        boolean effect = options.keep() == Keep.EFFECT;
        if (effect) {
            SortedMap<Integer, float[]> moved = rows.shifted(-1, LayerRows.MOST_LAYERS);
            if (moved.isEmpty()) {
                throw gatherer.unusable(
                        "its only row is added in front of the first block", "Keep its meaning instead.");
            }
            boolean first = rows.layers().contains(0);
            rows = new LayerRows(moved);
            remarks.add(
                    "its rows keep their effect: each is added where activation-steering adds it, one block before the one"
                            + " where it was measured."
                            + (first ? " Row 0, which that tool adds to the embedding, is left out." : ""));
        } else {
            remarks.add(
                    "its rows keep their meaning: each belongs to the block where it was measured; activation-steering adds it"
                            + " one block earlier.");
        }
        // That tool is told the layers; what it is told there it does at every position, with strength 1.
        ImpliedUse use = new ImpliedUse(List.of(), 1, true);
        String model = json.texts().get(JsonRows.MODEL_TYPE);
        return new ForeignVector(
                rows,
                new VectorOrigin(name(), Source.ACTIVATION_STEERING.toString(), rows.layers(), true, use),
                0,
                model == null || model.isEmpty() ? ForeignVector.UNKNOWN : model,
                Source.ACTIVATION_STEERING.toString(),
                remarks,
                null);
    }

    @Override
    public void write(Path file, LayerRows rows, SteeringVector vector) {
        ObjectNode root = JsonVectorFormat.object();
        root.put(JsonRows.MODEL_TYPE, vector.provenance().modelName());
        JsonVectorFormat.putRows(root.putObject(JsonRows.DIRECTIONS), rows);
        root.putObject(JsonRows.VARIANCES);
        AtomicFiles.writeText(file, JsonDocument.write(root));
    }

    /** Where rows are written: under the block where they were measured, or under the one that adds them where they belong. */
    static @Nullable LayerRows placed(LayerRows rows, @Nullable Keep keep, int layers) {
        if (keep != Keep.EFFECT) {
            return rows;
        }
        SortedMap<Integer, float[]> moved = rows.shifted(1, layers);
        return moved.isEmpty() ? null : new LayerRows(moved);
    }
}
