package dev.steering.core.prompts.rows;

import java.nio.file.Path;
import java.util.Set;

/**
 * A kind of file that another module reads, found with {@link java.util.ServiceLoader}: what needs libraries of its own stays out of
 * this module. Implementations are stateless.
 */
public interface RowFormat {
    /** @return endings of names, in lower case and without the dot */
    Set<String> endings();

    /**
     * @param file a file with such a name, which exists and is no directory
     * @return its rows
     * @throws dev.steering.core.BadFile if it is of another kind or damaged
     */
    RowSource open(Path file);
}
