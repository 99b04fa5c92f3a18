package dev.steering.core;

import java.io.IOException;

/**
 * Something that is handed a stream or channel to write to, and may fail doing so.
 *
 * @param <T> what it is handed
 */
@FunctionalInterface
public interface IOConsumer<T> {
    /**
     * @param target where to write; closed by the caller
     * @throws IOException if writing fails
     */
    void accept(T target) throws IOException;
}
