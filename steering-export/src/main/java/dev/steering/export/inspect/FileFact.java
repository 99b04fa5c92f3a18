package dev.steering.export.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file beside others.
 *
 * @param name its name
 * @param bytes its size; -1 if it is missing
 */
public record FileFact(String name, long bytes) {
    static FileFact of(Path directory, String name) {
        Path file = directory.resolve(name);
        try {
            return new FileFact(name, Files.isRegularFile(file) ? Files.size(file) : -1);
        } catch (IOException e) {
            return new FileFact(name, -1);
        }
    }

    /** @return whether it is there */
    public boolean present() {
        return bytes >= 0;
    }
}
