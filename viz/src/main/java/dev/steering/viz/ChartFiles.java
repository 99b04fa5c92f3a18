package dev.steering.viz;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Puts pictures into a directory: each file whole or not at all. */
final class ChartFiles {
    private ChartFiles() {}

    /**
     * @param directory where to; created if missing
     * @param name the file's name; an existing file is replaced
     * @param content its bytes
     * @return the file
     * @throws SteeringException if the directory or the file cannot be written
     */
    static Path write(Path directory, String name, byte[] content) {
        createDirectory(directory);
        Path file = directory.resolve(name);
        try {
            replace(file, content);
        } catch (IOException e) {
            throw new SteeringException(
                    "cannot write the chart " + file + ": " + reason(e)
                            + ". Choose a directory that you may write to and that has space left.",
                    e);
        }
        return file;
    }

    private static void createDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new SteeringException(
                    "cannot create the chart directory " + directory + ": " + reason(e)
                            + ". Choose a directory that you may write to.",
                    e);
        }
    }

    private static void replace(Path file, byte[] content) throws IOException {
        // Not createTempFile: its files stay readable for the owner alone.
        Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.write(temporary, content, StandardOpenOption.CREATE_NEW);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + " (" + e.getMessage() + ")";
    }
}
