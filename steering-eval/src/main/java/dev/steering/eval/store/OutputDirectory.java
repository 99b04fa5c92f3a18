package dev.steering.eval.store;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a run's files go. */
public final class OutputDirectory {
    private OutputDirectory() {}

    /**
     * Creates it where it is missing.
     *
     * @param directory the directory
     * @throws SteeringException if that cannot be done
     */
    public static void create(Path directory) {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new BadFile(directory + " is a file, expected a directory to write to. Choose another one.");
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new BadFile("Cannot create " + directory + ": " + e + ". Choose another directory.", e);
        }
    }
}
