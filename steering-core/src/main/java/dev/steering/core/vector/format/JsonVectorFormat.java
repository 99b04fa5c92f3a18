package dev.steering.core.vector.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON that holds all of a vector, and of which {@code directions} alone is enough: docs/formats.md. */
final class JsonVectorFormat implements VectorFormat {
    private static final String KIND = "steering vector in JSON";
    private static final String FORMAT = "format";
    private static final String MARK = "steering-vector";
    private static final String VERSION = "version";
    private static final String LAYERS = "layers";
    private static final String HIDDEN = "hidden";
    private static final String MODEL = "model";
    private static final String METHOD = "method";
    private static final Set<String> KNOWN = Set.of(
            FORMAT,
            VERSION,
            LAYERS,
            HIDDEN,
            MODEL,
            METHOD,
            JsonRows.DIRECTIONS,
            JsonRows.REFERENCE,
            JsonRows.READS,
            JsonRows.OFFSETS,
            JsonRows.DESCRIPTION);

    @Override
    public String name() {
        return "json";
    }

    @Override
    public String words() {
        return "a steering vector in JSON";
    }

    @Override
    public FileMark mark() {
        return FileMark.json(words(), FORMAT, JsonRows.DIRECTIONS);
    }

    /** Everything: the description is in it. */
    @Override
    public boolean holds(String key) {
        return true;
    }

    @Override
    public ForeignVector read(Path file, ReadingOptions options) {
        JsonRows json = JsonRows.read(file, KIND);
        RowGatherer gatherer = json.directions();
        Map<String, String> texts = json.texts();
        String format = texts.get(FORMAT);
        if (format != null && !format.equals(MARK)) {
            throw gatherer.damaged("its 'format' is '" + format + "', expected '" + MARK + "'");
        }
        if (texts.containsKey(VERSION) && !texts.get(VERSION).equals("1")) {
            throw gatherer.unusable(
                    "it is of version " + texts.get(VERSION), "This program reads version 1: update it.");
        }
        LayerRows rows = gatherer.rows();
        require(texts.get(HIDDEN), HIDDEN, rows.hidden(), rows.hidden(), gatherer);
        int layers = require(texts.get(LAYERS), LAYERS, rows.last() + 1, LayerRows.MOST_LAYERS, gatherer);
        List<String> remarks = new ArrayList<>(gatherer.remarks());
        Set<String> others = new LinkedHashSet<>(json.keys());
        others.removeAll(KNOWN);
        if (!others.isEmpty()) {
            remarks.add("it says more than is read here: " + String.join(", ", others) + ".");
        }
        if (layers > 0) {
            requireSmall(rows, layers, gatherer);
        }
        String method = texts.getOrDefault(METHOD, ForeignVector.UNKNOWN);
        VectorOrigin origin = new VectorOrigin(name(), ForeignVector.UNKNOWN, rows.layers(), layers == 0, null);
        return new ForeignVector(
                rows,
                origin,
                layers,
                texts.getOrDefault(MODEL, ForeignVector.UNKNOWN),
                method,
                remarks,
                whole(file, json, rows, layers));
    }

    /** A number that must be within bounds if it is there; 0 if it is not. */
    private static int require(@Nullable String said, String key, int least, int most, RowGatherer gatherer) {
        if (said == null) {
            return 0;
        }
        boolean number = said.matches("[0-9]{1,9}");
        if (!number || Integer.parseInt(said) < least || Integer.parseInt(said) > most) {
            throw gatherer.damaged("its '" + key + "' is " + said + ", but its rows need " + least);
        }
        return Integer.parseInt(said);
    }

    private static @Nullable SteeringVector whole(Path file, JsonRows json, LayerRows rows, int layers) {
        String description = json.texts().get(JsonRows.DESCRIPTION);
        if (description == null) {
            return null;
        }
        int made = layers == 0 ? rows.last() + 1 : layers;
        LayerMatrix reference = matrix(json, JsonRows.REFERENCE, made);
        LayerMatrix reads = matrix(json, JsonRows.READS, made);
        LayerMatrix offsets = matrix(json, JsonRows.OFFSETS, made);
        try {
            LayerReads read = reads == null || offsets == null ? null : new LayerReads(reads, offsets);
            return VectorFile.of(file, description, rows.matrix(made), reference, read);
        } catch (BadFile e) {
            throw e;
        } catch (SteeringException | IllegalArgumentException e) {
            throw json.directions().damaged(String.valueOf(e.getMessage()), e);
        }
    }

    /** Rows under another key, one for each layer; null if the key is not there. */
    private static @Nullable LayerMatrix matrix(JsonRows json, String key, int layers) {
        if (!json.keys().contains(key)) {
            return null;
        }
        LayerRows read = json.gathered(key).all();
        if (read.last() != layers - 1 || read.layers().size() != layers) {
            throw json.directions().damaged("its '" + key + "' must have a row for each of " + layers + " layers");
        }
        return read.matrix(layers);
    }

    /** Rows that are not there are made only as far as that costs little. */
    private static void requireSmall(LayerRows rows, int layers, RowGatherer gatherer) {
        if ((long) layers * rows.hidden() > Math.max(1 << 20, 8L * rows.layers().size() * rows.hidden())) {
            throw gatherer.unusable(
                    "it has rows for " + rows.layers().size() + " of " + layers + " layers of hidden size "
                            + rows.hidden(),
                    "Give it rows for more of them.");
        }
    }

    @Override
    public void write(Path file, LayerRows rows, SteeringVector vector) {
        ObjectNode root = object();
        root.put(FORMAT, MARK).put(VERSION, 1);
        root.put(LAYERS, vector.layers()).put(HIDDEN, vector.hidden());
        root.put(MODEL, vector.provenance().modelName());
        root.put(METHOD, vector.provenance().method());
        putRows(root.putObject(JsonRows.DIRECTIONS), rows);
        LayerMatrix reference = vector.transitionReference();
        if (reference != null) {
            putAll(root, JsonRows.REFERENCE, reference);
        }
        LayerReads reads = vector.reads();
        if (reads != null) {
            putAll(root, JsonRows.READS, reads.rows());
            putAll(root, JsonRows.OFFSETS, reads.offsets());
        }
        root.putRawValue(JsonRows.DESCRIPTION, new RawValue(VectorFile.description(vector)));
        AtomicFiles.writeText(file, JsonDocument.write(root) + "\n");
    }

    private static void putAll(ObjectNode root, String key, LayerMatrix matrix) {
        List<Integer> all = new ArrayList<>();
        for (int layer = 0; layer < matrix.layers(); layer++) {
            all.add(layer);
        }
        putRows(root.putObject(key), LayerRows.of(matrix, all));
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Every float as the double that equals it: whoever reads doubles and rounds gets the same bits. */
    static void putRows(ObjectNode node, LayerRows rows) {
        for (int layer : rows.layers()) {
            ArrayNode list = node.putArray(String.valueOf(layer));
            for (float value : rows.row(layer)) {
                list.add((double) value);
            }
        }
    }
}
