package dev.steering.core.vector;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.core.search.DirectionSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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

    /** Key of the description in the metadata of such a file. */
    public static final String METADATA_KEY = "steering_vector";

    static final String DIRECTIONS = "directions";
    static final String TRANSITION_REFERENCE = "transition_reference";
    static final String OVER_REFUSED = "over_refused_contrast";
    static final String HARMFUL = "harmful_contrast";
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
        long[] shape = {vector.layers(), vector.hidden()};
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata(METADATA_KEY, description(vector))
                .floats(DIRECTIONS, vector.directions().values(), shape);
        LayerMatrix reference = vector.transitionReference();
        if (reference != null) {
            writer.floats(TRANSITION_REFERENCE, reference.values(), shape);
        }
        SteeringVector.Contrasts contrasts = vector.contrasts();
        if (contrasts != null) {
            writer.floats(OVER_REFUSED, contrasts.overRefused().values(), shape);
            writer.floats(HARMFUL, contrasts.harmful().values(), shape);
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
        requireOwn(file);
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
        }
        return vector(
                file, description, directions, reference, contrasts(opened, directions), reads(opened, directions));
    }

    /** Other tools' vectors are files, too, and their advice is not that for models. */
    private static void requireOwn(Path file) {
        boolean other = Files.isRegularFile(file)
                && Stream.of("GGUF", "PK\u0003\u0004", "\u0093NUMPY")
                        .anyMatch(magic -> FileMark.beginning("", magic).recognises(file) && !isEmpty(file));
        if (other) {
            throw new BadFile(file
                    + " is no vector file of this program. If it is another tool's vector, a GGUF control vector or a"
                    + " NumPy file, convert it first.")
                    .withRemedy(Remedy.CONVERT_VECTOR);
        }
    }

    private static boolean isEmpty(Path file) {
        try {
            return Files.size(file) == 0;
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * @param vector a vector
     * @return everything but its rows: the JSON document of its file, docs/vector-format.md
     * @throws BadRequest if the format cannot hold it
     */
    public static String description(SteeringVector vector) {
        String problem = problem(vector);
        if (problem != null) {
            throw new BadRequest("cannot save the steering vector: " + problem + ".");
        }
        return VectorJsonWriter.write(vector);
    }

    /**
     * @param file where the parts were found, for messages
     * @param description as {@link #description} writes it
     * @param directions the rows, {@code [layers, hidden]}
     * @param reference SCANS's d, {@code [layers, hidden]}; null for none
     * @param reads what is read of the stream; null for nothing
     * @return the vector
     * @throws BadFile if the description is damaged or does not fit the rows
     */
    public static SteeringVector of(
            Path file,
            String description,
            LayerMatrix directions,
            @Nullable LayerMatrix reference,
            @Nullable LayerReads reads) {
        return vector(file, VectorJsonReader.read(file.toString(), description), directions, reference, null, reads);
    }

    private static SteeringVector vector(
            Path file,
            VectorJsonReader.Description description,
            LayerMatrix directions,
            @Nullable LayerMatrix reference,
            SteeringVector.@Nullable Contrasts contrasts,
            @Nullable LayerReads reads) {
        if (reference != null) {
            requireSameShape(file, TRANSITION_REFERENCE, directions, reference);
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
                .withSearch(description.search())
                .withTransitionState(description.state())
                .withOrigin(description.origin())
                .withContrasts(contrasts)
                .withCertificate(description.certificate())
                .withReads(reads);
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

    private static SteeringVector.@Nullable Contrasts contrasts(SafetensorsFile file, LayerMatrix directions) {
        if (!file.tensors().containsKey(OVER_REFUSED) && !file.tensors().containsKey(HARMFUL)) {
            return null;
        }
        LayerMatrix overRefused = matrix(file, OVER_REFUSED);
        LayerMatrix harmful = matrix(file, HARMFUL);
        requireSameShape(file.path(), OVER_REFUSED, directions, overRefused);
        requireSameShape(file.path(), HARMFUL, directions, harmful);
        return new SteeringVector.Contrasts(overRefused, harmful);
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

    private static void requireSameShape(Path file, String name, LayerMatrix directions, LayerMatrix reference) {
        if (directions.layers() != reference.layers() || directions.hidden() != reference.hidden()) {
            throw damaged(
                    file,
                    "tensor '" + name + "' has shape [" + reference.layers() + ", " + reference.hidden()
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
        VectorOrigin origin = vector.origin();
        String problem = outside("anchoring", named, vector.layers());
        DirectionSearch search = vector.search();
        if (problem == null && search != null) {
            List<Integer> searched = new ArrayList<>(List.of(search.layer()));
            search.candidates().forEach(candidate -> searched.add(candidate.layer()));
            problem = outside("search", searched, vector.layers());
        }
        if (problem == null && origin != null) {
            problem = outside("origin", origin.layers(), vector.layers());
        }
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
