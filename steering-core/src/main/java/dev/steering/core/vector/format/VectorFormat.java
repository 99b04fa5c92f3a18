package dev.steering.core.vector.format;

import dev.steering.core.files.FileMark;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A format in which other tools keep steering vectors. {@link #all} lists them; the project's own is
 * {@link dev.steering.core.vector.VectorFile}. Implementations are stateless and thread-safe.
 */
public interface VectorFormat {
    /** GGUF control vectors of repeng, llama.cpp and EasySteer. */
    VectorFormat GGUF = new GgufFormat();

    /** A NumPy array. */
    VectorFormat NPY = new NpyFormat();

    /** A NumPy archive. */
    VectorFormat NPZ = new NpzFormat();

    /** IBM's activation-steering. */
    VectorFormat SVEC = new SvecFormat();

    /** Tensors by layer in a safetensors file without a description. */
    VectorFormat SAFETENSORS = new PlainSafetensors();

    /** JSON, as docs/formats.md describes it. */
    VectorFormat JSON = new JsonVectorFormat();

    /** @return all of them */
    static List<VectorFormat> all() {
        return List.of(GGUF, SAFETENSORS, NPZ, NPY, SVEC, JSON);
    }

    /**
     * @param file a file's name
     * @return the format that its ending stands for; null if for none
     */
    static @Nullable VectorFormat ofEnding(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return all().stream()
                .filter(format -> name.endsWith("." + format.name()))
                .findFirst()
                .orElse(null);
    }

    /** @return its short name, which is also how its files' names end */
    String name();

    /** @return what such a file is, with its article */
    String words();

    /** @return how such a file is recognised, for whoever is about to write over one */
    FileMark mark();

    /**
     * @param file a file of this format
     * @param options what is known of it beside what it says
     * @return what it holds
     * @throws dev.steering.core.BadFile if it is damaged, holds something else or cannot be read
     * @throws dev.steering.core.BadRequest if it needs an option, or an option that it cannot follow was given
     */
    ForeignVector read(Path file, ReadingOptions options);

    /**
     * Writes the file whole or not at all; where it may be written has been asked before.
     *
     * @param file the file to create or replace
     * @param rows what to write
     * @param vector where they come from, for what the format can say of that
     * @throws dev.steering.core.SteeringException if it cannot be written
     */
    void write(Path file, LayerRows rows, SteeringVector vector);

    /**
     * @param key a key of the vector file's description, docs/vector-format.md
     * @return whether this format holds what that key does
     */
    default boolean holds(String key) {
        return false;
    }
}
