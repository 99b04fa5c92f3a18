package dev.steering.core.json;

import dev.steering.core.BadFile;
import org.jspecify.annotations.Nullable;

/** A complaint that already says where, so that nobody further out says it again. */
final class PlacedBadFile extends BadFile {
    private static final long serialVersionUID = 1L;

    PlacedBadFile(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
