package dev.steering.core.vector;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.safetensors.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Saves and loads a {@link SteeringVector} as one safetensors file; {@code docs/vector-format.md} describes the format.
 *
 * <p>An F32 tensor {@code directions} and, where there are any, {@code transition_reference} and {@code reads}, all {@code [layers,
 * hidden]}, {@code read_offsets}, {@code [layers, 1]}, and a JSON document with everything else under the metadata key {@code steering_vector}. Version 2 is written; versions 1 and 2 are
 * read. What is read equals what was written, and the same value gives the same bytes. Readers refuse versions newer than their own
 * and tolerate keys and tensors that they do not know. Prompts are in a file only if the vector has kept them: see {@link
 * ExtractionPrompts}. Stateless and thread-safe.
 */
public final class VectorFile {
    private static final System.Logger LOG = System.getLogger("dev.steering.core");

    static final String METADATA_KEY = "steering_vector";
    static final String DIRECTIONS = "directions";
    static final String TRANSITION_REFERENCE = "transition_reference";
    static final String READS = "reads";
    static final String READ_OFFSETS = "read_offsets";

    /** What such a file is. */
    public static final FileMark KIND = FileMark.safetensors("a steering vector", METADATA_KEY);

    private VectorFile() {}

    /**
     * Writes the file whole or not at all. A file of another kind is not replaced.
     *
     * @param file the file to create or replace; its directory must exist
     * @param vector what to save
     * @throws dev.steering.core.SteeringException if it cannot be written, is in a bundle or holds something else
     * @throws BadRequest if a number is not finite, if a layer does not exist, or if site or operation are not those that the
     *     format stands for
     */
    public static void write(Path file, SteeringVector vector) {
        write(file, vector, OutputRule.STANDARD);
    }

    /**
     * Writes the file whole or not at all.
     *
     * @param file the file to create or replace; its directory must exist
     * @param vector what to save
     * @param rule what may be replaced
     * @throws dev.steering.core.SteeringException if it cannot or must not be written
     * @throws BadRequest if a number is not finite, if a layer does not exist, or if site or operation are not those that the
     *     format stands for
     */
    public static void write(Path file, SteeringVector vector, OutputRule rule) {
        rule.requireFile(file, KIND);
        String problem = problem(vector);
        if (problem != null) {
            throw new BadRequest("cannot save the steering vector: " + problem + ".");
        }
        long[] shape = {vector.layers(), vector.hidden()};
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata(METADATA_KEY, VectorJsonWriter.write(vector))
                .floats(DIRECTIONS, vector.directions().values(), shape);
        LayerMatrix reference = vector.transitionReference();
        if (reference != null) {
            writer.floats(TRANSITION_REFERENCE, reference.values(), shape);
        }
        LayerReads reads = vector.reads();
        if (reads != null) {
            writer.floats(READS, reads.rows().values(), shape)
                    .floats(READ_OFFSETS, reads.offsets().values(), vector.layers(), 1);
        }
        writer.write(file);
    }

    /**
     * @param file a file written by {@link #write}, of any version so far
     * @return the vector
     * @throws BadFile if it is not a vector file, is of a newer version, or is damaged
     */
    public static SteeringVector read(Path file) {
        SafetensorsFile opened = SafetensorsFile.open(file);
        String json = opened.metadata().get(METADATA_KEY);
        if (json == null) {
            throw new BadFile(file + " is a safetensors file but not a steering vector: it has no metadata '"
                            + METADATA_KEY + "'. Expected the file of an extracted vector.")
                    .withRemedy(Remedy.EXTRACT_VECTOR);
        }
        VectorJsonReader.Description description = VectorJsonReader.read(file.toString(), json);
        LayerMatrix directions = matrix(opened, DIRECTIONS);
        LayerMatrix reference = null;
        if (description.version() == 1 || opened.tensors().containsKey(TRANSITION_REFERENCE)) {
            reference = matrix(opened, TRANSITION_REFERENCE);
            requireSameShape(file, directions, reference);
        }
        List<LayerStatistics> statistics = description.statistics();
        if (statistics != null && statistics.size() != directions.layers()) {
            throw damaged(
                    file, "it has statistics of " + statistics.size() + " layers, expected " + directions.layers());
        }
        SteeringVector vector = SteeringVector.of(directions, description.provenance())
                .withScale(description.scale())
                .withTransitionReference(reference)
                .withStatistics(statistics)
                .withPrompts(description.prompts())
                .withAnchoring(description.anchoring())
                .withLearning(description.learning())
                .withDerivation(description.derivation())
                .withReads(reads(opened, directions));
        String problem = problem(vector);
        if (problem != null) {
            throw damaged(file, problem);
        }
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "vector " + file.toAbsolutePath() + ": " + vector.layers() + " layers, hidden "
                        + vector.directions().hidden());
        return vector;
    }

    private static @Nullable LayerReads reads(SafetensorsFile file, LayerMatrix directions) {
        if (!file.tensors().containsKey(READS)) {
            return null;
        }
        LayerMatrix rows = matrix(file, READS);
        LayerMatrix offsets = matrix(file, READ_OFFSETS);
        boolean fits = rows.layers() == directions.layers() && rows.hidden() == directions.hidden();
        if (!fits || offsets.layers() != rows.layers() || offsets.hidden() != 1) {
            throw damaged(
                    file.path(),
                    "tensors '" + READS + "' and '" + READ_OFFSETS + "' have shapes [" + rows.layers() + ", "
                            + rows.hidden() + "] and [" + offsets.layers() + ", " + offsets.hidden() + "], expected ["
                            + directions.layers() + ", " + directions.hidden() + "] and [" + directions.layers()
                            + ", 1]");
        }
        return new LayerReads(rows, offsets);
    }

    private static void requireSameShape(Path file, LayerMatrix directions, LayerMatrix reference) {
        if (directions.layers() != reference.layers() || directions.hidden() != reference.hidden()) {
            throw damaged(
                    file,
                    "tensor 'transition_reference' has shape [" + reference.layers() + ", " + reference.hidden()
                            + "], expected that of 'directions', [" + directions.layers() + ", " + directions.hidden()
                            + "]");
        }
    }

    private static LayerMatrix matrix(SafetensorsFile file, String name) {
        TensorInfo tensor = file.tensor(name);
        boolean sized = tensor.rank() == 2
                && tensor.elements() > 0
                && tensor.size(0) <= Integer.MAX_VALUE
                && tensor.size(1) <= Integer.MAX_VALUE;
        if (tensor.dtype() != DType.F32 || !sized) {
            throw damaged(
                    file.path(),
                    "tensor '" + name + "' is " + tensor.dtype() + " " + tensor.shape()
                            + ", expected F32 [layers, hidden]");
        }
        try {
            return LayerMatrix.of((int) tensor.size(0), (int) tensor.size(1), file.floats(name));
        } catch (SteeringException e) {
            throw new BadFile(file.path() + ": tensor '" + name + "': " + e.getMessage(), e);
        }
    }

    /** What the format cannot hold, for both directions: nothing is written that could not be read. */
    private static @Nullable String problem(SteeringVector vector) {
        List<LayerStatistics> statistics = vector.statistics();
        for (int l = 0; statistics != null && l < statistics.size(); l++) {
            int layer = statistics.get(l).layer();
            if (layer != l) {
                return "entry " + l + " of its statistics is of layer " + layer + ", expected layer " + l;
            }
        }
        Provenance provenance = vector.provenance();
        if (!provenance.site().equals(Provenance.BLOCK_OUTPUT)
                || !provenance.operation().equals(Provenance.ADD)) {
            return "its site is '" + provenance.site() + "' and its operation '" + provenance.operation()
                    + "', this format holds vectors of site '" + Provenance.BLOCK_OUTPUT + "' and operation '"
                    + Provenance.ADD + "' only";
        }
        Anchoring anchoring = vector.anchoring();
        List<Integer> named = new ArrayList<>();
        if (anchoring != null) {
            named.addAll(anchoring.steeringLayers());
            named.addAll(anchoring.calibration().classifierLayers());
            OperatingPoint point = anchoring.operatingPoint();
            if (point != null) {
                point.grid().layerSets().forEach(named::addAll);
            }
        }
        String problem = outside("anchoring", named, vector.layers());
        Learning learning = vector.learning();
        return problem != null || learning == null
                ? problem
                : outside("learning", learning.layerNumbers(), vector.layers());
    }

    private static @Nullable String outside(String part, List<Integer> named, int layers) {
        return named.stream()
                .filter(layer -> layer < 0 || layer >= layers)
                .findFirst()
                .map(layer -> "its " + part + " names layer " + layer + " of " + layers)
                .orElse(null);
    }

    private static BadFile damaged(Path file, String problem) {
        return VectorJsonReader.document(file.toString()).damaged(problem);
    }
}
