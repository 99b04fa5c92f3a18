package dev.steering.core.vector.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadRequest;
import dev.steering.core.files.OutputRule;
import dev.steering.core.origin.OriginJson;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.core.vector.format.ReadingOptions.Keep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a vector in another tool's format and says what that cannot hold. Immutable and thread-safe.
 *
 * <pre>{@code
 * VectorExport.Written written = VectorExport.to(VectorFormats.GGUF)
 *         .withoutLayerZero(true)
 *         .write(Path.of("refusal.gguf"), vector, OutputRule.STANDARD);
 * }</pre>
 */
public final class VectorExport {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of the description, what every format says in its own way. */
    private static final Set<String> ELSEWHERE =
            Set.of("format_version", "convention", "scale", "provenance", OriginJson.KEY);

    /** Keys of the description in words. */
    private static final Map<String, String> WORDS = Map.of(
            "statistics", "the statistics of its layers",
            "contrast_set", "which prompts it was extracted from",
            "anchoring", "its anchoring: chosen layers, strength and threshold",
            "learning", "how its directions were learned");

    private final @Nullable VectorFormat format;
    private final VectorScale scale;
    private final @Nullable Keep keep;
    private final boolean dropLayerZero;

    private VectorExport(@Nullable VectorFormat format, VectorScale scale, @Nullable Keep keep, boolean dropLayerZero) {
        this.format = format;
        this.scale = scale;
        this.keep = keep;
        this.dropLayerZero = dropLayerZero;
    }

    /**
     * What was written.
     *
     * @param layers layers that have a direction in the file, in the file's numbers
     * @param leftBehind what the vector has and the file does not, in words
     * @param remarks what a user should know of the file, a sentence each
     */
    public record Written(List<Integer> layers, List<String> leftBehind, List<String> remarks) {
        public Written {
            layers = List.copyOf(layers);
            leftBehind = List.copyOf(leftBehind);
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * @param format what to write; null for the project's own vector file
     * @return writes rows as they are
     */
    public static VectorExport to(@Nullable VectorFormat format) {
        return new VectorExport(format, VectorScale.RAW, null, false);
    }

    /**
     * @param newScale whether rows are written as they are or with norm 1
     * @return a copy
     */
    public VectorExport withScale(VectorScale newScale) {
        return new VectorExport(format, newScale, keep, dropLayerZero);
    }

    /**
     * @param newKeep what rows keep in a format whose tool adds them elsewhere than where they were measured; null for its own rule
     * @return a copy
     */
    public VectorExport withKeep(@Nullable Keep newKeep) {
        return new VectorExport(format, scale, newKeep, dropLayerZero);
    }

    /**
     * @param drop whether the direction of layer 0 is left out, which llama.cpp demands
     * @return a copy
     */
    public VectorExport withoutLayerZero(boolean drop) {
        return new VectorExport(format, scale, keep, drop);
    }

    /**
     * Writes the file whole or not at all.
     *
     * @param file the file to create or replace
     * @param vector what to write
     * @param rule what may be replaced
     * @return what was written and what was not
     * @throws dev.steering.core.SteeringException if it cannot or must not be written
     * @throws BadRequest if nothing would be left of it
     */
    public Written write(Path file, SteeringVector vector, OutputRule rule) {
        List<String> left = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        LayerRows rows = rows(file, vector, left, remarks);
        if (format == null) {
            VectorFile.write(file, written(vector, rows), rule);
            return new Written(rows.layers(), left, remarks);
        }
        rule.requireFile(file, format.mark());
        lost(vector, rows, left);
        format.write(file, rows, written(vector, rows));
        return new Written(rows.layers(), left, remarks);
    }

    /** The vector with the rows that are written, where they differ. */
    private SteeringVector written(SteeringVector vector, LayerRows rows) {
        SteeringVector scaled =
                scale == VectorScale.RAW ? vector : vector.withDirections(vector.directions(VectorScale.UNIT));
        VectorOrigin origin = scaled.origin();
        if (rows.layers().equals(layers(vector)) || format == VectorFormats.SVEC) {
            return scaled;
        }
        VectorOrigin fewer = origin == null
                ? new VectorOrigin("safetensors", ForeignVector.UNKNOWN, rows.layers(), false, null)
                : new VectorOrigin(origin.format(), origin.tool(), rows.layers(), origin.open(), origin.use());
        return scaled.withDirections(rows.matrix(vector.layers())).withOrigin(fewer);
    }

    private LayerRows rows(Path file, SteeringVector vector, List<String> left, List<String> remarks) {
        List<Integer> layers = new ArrayList<>(layers(vector));
        if (dropLayerZero && layers.remove(Integer.valueOf(0))) {
            left.add("the direction of layer 0");
        }
        if (layers.isEmpty()) {
            throw new BadRequest(
                    "nothing is left to write to " + file + ": the vector has a direction for layer 0 only.");
        }
        LayerRows rows = LayerRows.of(vector.directions(scale), layers);
        if (format == VectorFormats.GGUF) {
            if (layers.contains(0)) {
                remarks.add(
                        "it has a direction for layer 0, which EasySteer reads and for which llama.cpp refuses the file.");
            }
            remarks.add(
                    "llama.cpp adds it at every position of prompt and answer, in the layers and with the strength that it is told;"
                            + " here steering begins with the prompt's last token unless told otherwise.");
        }
        return format == VectorFormats.SVEC ? svec(file, vector, rows, left, remarks) : rows;
    }

    private LayerRows svec(Path file, SteeringVector vector, LayerRows rows, List<String> left, List<String> remarks) {
        LayerRows placed = SvecFormat.placed(rows, keep, vector.layers());
        if (placed == null) {
            throw new BadRequest("nothing is left to write to " + file
                    + ": activation-steering adds behind a block only what stands under the next, and there is none.");
        }
        if (keep == Keep.EFFECT) {
            remarks.add(
                    "row k is under k + 1, so that activation-steering adds it where it is added here, behind block k.");
            if (rows.layers().contains(vector.layers() - 1)) {
                left.add("the direction of the last layer, " + (vector.layers() - 1)
                        + ", behind which activation-steering adds nothing");
            }
        } else {
            remarks.add(
                    "row k is under k, the block where it was measured: activation-steering adds it one block earlier than it is"
                            + " added here.");
        }
        remarks.add("explained_variances is empty: nothing was measured that would stand there.");
        return placed;
    }

    private static List<Integer> layers(SteeringVector vector) {
        VectorOrigin origin = vector.origin();
        if (origin != null) {
            return origin.layers();
        }
        List<Integer> all = new ArrayList<>();
        for (int layer = 0; layer < vector.layers(); layer++) {
            all.add(layer);
        }
        return all;
    }

    private void lost(SteeringVector vector, LayerRows rows, List<String> left) {
        VectorFormat target = Objects.requireNonNull(format);
        if (target.holds("provenance")) {
            return;
        }
        Provenance provenance = vector.provenance();
        boolean namesModel = target == VectorFormats.GGUF || target == VectorFormats.SVEC;
        if (!namesModel && !provenance.modelName().equals(ForeignVector.UNKNOWN)) {
            left.add("the model's name");
        }
        if (provenance.modelFingerprint() != null) {
            left.add(
                    "which model it belongs to, by its fingerprint, and how it was asked: any model of this size will take it");
        }
        if (vector.scale() == VectorScale.UNIT && scale == VectorScale.RAW) {
            left.add(String.format(
                    Locale.ROOT,
                    "that a strength multiplies unit directions: there it multiplies the rows, %s",
                    norms(vector, rows)));
        }
        for (String key : keys(vector)) {
            if (!ELSEWHERE.contains(key) && !target.holds(key)) {
                left.add(WORDS.getOrDefault(key, "its " + key.replace('_', ' ')));
            }
        }
        if (vector.search() != null && !target.holds("search")) {
            left.add(
                    "that it was chosen to be taken out of the stream (ablated), at every token: what reads this format adds it,"
                            + " which is something else, with either sign");
        }
        if (vector.transitionReference() != null) {
            left.add("the transition reference by which SCANS tells prompts");
        }
        if (vector.reads() != null) {
            left.add("its read vectors, by which a method decides how much to write");
        }
        VectorOrigin origin = vector.origin();
        if (origin != null && origin.use() != null && target != VectorFormats.GGUF) {
            left.add("that it is applied " + (origin.use().everyPosition() ? "at every position" : "as its tool does")
                    + " with strength " + origin.use().strength());
        }
        if (target == VectorFormats.NPY && rows.layers().size() < vector.layers()) {
            left.add("that layers other than " + VectorOrigin.words(rows.layers())
                    + " have no direction: their rows are zeros");
        }
    }

    private static String norms(SteeringVector vector, LayerRows rows) {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int layer : rows.layers()) {
            if (layer < vector.layers()) {
                least = Math.min(least, vector.directions().norm(layer));
                most = Math.max(most, vector.directions().norm(layer));
            }
        }
        String low = String.format(Locale.ROOT, "%.4g", least);
        String high = String.format(Locale.ROOT, "%.4g", most);
        return low.equals(high) ? "of norm " + low : "whose norms are " + low + " to " + high;
    }

    private static List<String> keys(SteeringVector vector) {
        try {
            JsonNode description = JSON.readTree(VectorFile.description(vector));
            List<String> keys = new ArrayList<>();
            description.fieldNames().forEachRemaining(keys::add);
            return keys;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the description was written here", e);
        }
    }
}
