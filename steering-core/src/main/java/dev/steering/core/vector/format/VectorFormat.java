package dev.steering.core.vector.format;

import dev.steering.core.files.FileMark;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;

/**
 * A format in which other tools keep steering vectors. {@link VectorFormats} lists them; the project's own is
 * {@link dev.steering.core.vector.VectorFile}. Implementations are stateless and thread-safe.
 */
public interface VectorFormat {
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
