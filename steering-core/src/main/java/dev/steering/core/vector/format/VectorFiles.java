package dev.steering.core.vector.format;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.IoReason;
import dev.steering.core.Remedy;
import dev.steering.core.foreign.ForeignFile;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.format.ReadingOptions.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens a steering vector whatever tool wrote it. What a file is its content says: its name counts where that says nothing. Stateless and
 * thread-safe.
 */
public final class VectorFiles {
    private static final String ZIP = "PK\u0003\u0004";
    private static final int PICKLE = 0x80;
    /** Metadata of a file that an extraction in parts left. */
    private static final String PART = "steering_moments";

    private static final int LOOKED_AT = 64;
    private static final int SAFETENSORS_LENGTH = 8;

    private VectorFiles() {}

    /**
     * A vector and what was noticed of its file.
     *
     * @param vector the vector; of another tool's file it has an {@link SteeringVector#origin}
     * @param format what the file is; null for the project's own
     * @param remarks what a user should know of it, a sentence each; none of the project's own files
     */
    public record Opened(SteeringVector vector, @Nullable VectorFormat format, List<String> remarks) {
        public Opened {
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * @param file a vector file, the project's own or another tool's
     * @return the vector; another tool's ends with the last layer that it has a direction for, see {@link SteeringVector#fitted}
     * @throws BadFile if it is none, or is damaged
     * @throws BadRequest if it does not say what it means: which layer its only row belongs to, or how many there are
     */
    public static SteeringVector read(Path file) {
        return open(file, 0, ReadingOptions.NONE).vector();
    }

    /**
     * @param file a vector file, the project's own or another tool's
     * @param layers number of layers of the model; 0 where it is not known
     * @param options what is known of another tool's file beside what it says
     * @return the vector and what was noticed
     * @throws BadFile if it is none, or is damaged
     * @throws BadRequest if it does not say what it means, or if an option does not fit it
     */
    public static Opened open(Path file, int layers, ReadingOptions options) {
        VectorFormat format = format(file);
        if (format == null) {
            if (!options.equals(ReadingOptions.NONE)) {
                throw new BadRequest(
                        file + " is a vector file of this program, which says everything itself: leave out what is"
                                + " said of its source, what its rows keep and its layer.");
            }
            return new Opened(VectorFile.read(file), null, List.of());
        }
        requireFitting(file, format, options);
        ForeignVector read = format.read(file, options);
        List<String> remarks = new ArrayList<>(read.remarks());
        VectorFormat named = VectorFormats.ofEnding(file);
        if (named != null && named != format && !(named == VectorFormats.JSON && format == VectorFormats.SVEC)) {
            remarks.add(
                    0, "its name ends in ." + named.name() + ", but it is " + format.words() + " and read as such.");
        }
        if (format == VectorFormats.GGUF
                && read.origin().tool().equals(Source.REPENG.toString())
                && read.rows().last() == layers - 1) {
            remarks.add("repeng measures the row of the last layer, " + (layers - 1)
                    + ", behind the final norm: it is on another scale than what it is added to.");
        }
        try {
            return new Opened(read.vector(layers).fitted(layers), format, remarks);
        } catch (BadRequest e) {
            BadRequest placed = new BadRequest(file + ": " + e.getMessage(), e);
            Remedy remedy = e.remedy();
            throw remedy == null ? placed : placed.withRemedy(remedy);
        }
    }

    /**
     * @param file a file
     * @return whether it is of a kind that another tool's vectors are: GGUF, a NumPy array or archive, or JSON with directions. What
     *     is in it may be something else all the same
     */
    public static boolean isOfOtherTool(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        byte[] start = start(file);
        boolean binary = begins(start, GgufReader.MAGIC) || begins(start, NpyHeader.MAGIC) || begins(start, ZIP);
        return binary || (isJson(start) && JsonRows.keysOf(file).contains(JsonRows.DIRECTIONS));
    }

    private static void requireFitting(Path file, VectorFormat format, ReadingOptions options) {
        Source source = options.source();
        boolean svec = format == VectorFormats.SVEC;
        boolean gguf = format == VectorFormats.GGUF;
        if (source != null && !(source == Source.ACTIVATION_STEERING ? svec : gguf)) {
            throw new BadRequest(file + " is " + format.words() + ", which " + source + " does not write.");
        }
        if (options.keep() != null && !svec && source != Source.LLAMA_CPP_GENERATOR) {
            throw new BadRequest("The rows of " + file + ", " + format.words()
                    + ", are added where they were measured: their effect is their meaning. Only those of activation-steering"
                    + " and of llama.cpp's own generator are not, and of the latter the source has to be said.");
        }
        if (source == Source.LLAMA_CPP_GENERATOR && options.keep() == null) {
            throw new BadRequest(
                            "llama.cpp's own generator measures a row at the output of the block before the one that it is added"
                                    + " to: whether the rows of " + file
                                    + " keep their effect or their meaning has to be said.")
                    .withRemedy(Remedy.KEEP_EFFECT_OR_MEANING);
        }
        if (svec || gguf || format == VectorFormats.JSON) {
            options.requireNoLayer(file);
        }
    }

    /**
     * @param file a file
     * @return what kind of vector file it is, by its content; null for the project's own
     * @throws BadFile if it is none
     */
    public static @Nullable VectorFormat format(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadFile(file + " is a directory, expected a vector file.");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new BadFile(file + " is no regular file, expected a vector file.");
        }
        byte[] start = start(file);
        if (start.length == 0) {
            throw new BadFile(file + " is empty, expected a vector file.");
        }
        if (begins(start, GgufReader.MAGIC)) {
            return VectorFormats.GGUF;
        }
        if (begins(start, NpyHeader.MAGIC)) {
            return VectorFormats.NPY;
        }
        if (begins(start, ZIP) || begins(start, "PK\u0005\u0006")) {
            return VectorFormats.NPZ;
        }
        boolean tensors = start.length > SAFETENSORS_LENGTH && start[SAFETENSORS_LENGTH] == '{' && start[7] == 0;
        if (!tensors && isJson(start)) {
            Set<String> keys = JsonRows.keysOf(file);
            boolean svec = keys.contains(JsonRows.VARIANCES) || keys.contains(JsonRows.MODEL_TYPE);
            return svec && !keys.contains("format") ? VectorFormats.SVEC : VectorFormats.JSON;
        }
        requireNothingElse(file, start, tensors);
        Set<String> metadata = SafetensorsFile.open(file).metadata().keySet();
        if (metadata.contains(PART)) {
            throw new BadFile(file + " is one part of an extraction, not a vector: merge all its parts into one first.")
                    .withRemedy(Remedy.MERGE_PARTS);
        }
        boolean own = metadata.contains(VectorFile.METADATA_KEY);
        return own ? null : VectorFormats.SAFETENSORS;
    }

    /** What begins like none of them is taken for a safetensors file if its name says so, which then says what is wrong with it. */
    private static void requireNothingElse(Path file, byte[] start, boolean tensors) {
        if (!tensors && Byte.toUnsignedInt(start[0]) == PICKLE && start.length > 1 && start[1] <= 5) {
            throw new BadFile(file
                    + " looks like a Python pickle, which runs code when it is read, and is not read here. In Python,"
                    + " load it where you trust it and save its arrays as .npz or safetensors.");
        }
        String foreign = ForeignFile.describe(file);
        if (foreign != null) {
            throw new BadFile(file + " looks like " + foreign + ". Expected a vector file.")
                    .withRemedy(Remedy.EXTRACT_VECTOR);
        }
        VectorFormat named = VectorFormats.ofEnding(file);
        if (!tensors && named != null && named != VectorFormats.SAFETENSORS) {
            throw new BadFile(
                    file + " is not " + named.words() + ": it does not begin as one does. It is damaged, or of another"
                            + " kind: fetch or write it again.");
        }
        if (!tensors && named == null && start.length < SAFETENSORS_LENGTH) {
            throw new BadFile(file + " is no vector file: it has only " + start.length + " bytes.");
        }
    }

    private static boolean begins(byte[] start, String magic) {
        for (int i = 0; i < magic.length(); i++) {
            if (i >= start.length || Byte.toUnsignedInt(start[i]) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isJson(byte[] start) {
        for (byte b : start) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b == '{';
            }
        }
        return false;
    }

    private static byte[] start(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LOOKED_AT);
        } catch (NoSuchFileException e) {
            throw new BadFile("cannot read " + file + ": no such file.", e);
        } catch (IOException e) {
            throw new BadFile("cannot read " + file + ": " + IoReason.of(e), e);
        }
    }
}
