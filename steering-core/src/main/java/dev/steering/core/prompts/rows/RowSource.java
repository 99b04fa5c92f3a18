package dev.steering.core.prompts.rows;

import dev.steering.core.ProgressListener;
import java.util.Map;

/**
 * A file's rows, read anew by every pass: of a file larger than memory no more than a row, or a group of rows, is held at a time. Not for
 * use by several threads at once.
 */
public interface RowSource {
    /** @return what was read, for messages: the file's path as given, or a word for standard input */
    String name();

    /** @return what rows are counted in: {@code line}, {@code element} of a JSON array, or {@code row} */
    String unit();

    /**
     * @return columns whose cells hold lists or records that this kind of file cannot give as text, with what they hold in words; they
     *     are in no row
     */
    default Map<String, String> nested() {
        return Map.of();
    }

    /**
     * Reads the rows from the first to the last, or until no more are wanted.
     *
     * @param sink takes them
     * @param progress told how much was read
     * @throws dev.steering.core.BadFile if the file cannot be read or is malformed
     */
    void read(RowSink sink, ProgressListener progress);
}
