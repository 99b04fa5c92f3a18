package dev.steering.eval.store;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.RunLock;
import dev.steering.core.SteeringException;
import dev.steering.core.files.OutputRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where a run's files go. */
public final class OutputDirectory {
    private OutputDirectory() {}

    /**
     * Creates it where it is missing, and keeps it to one run.
     *
     * @param directory the directory
     * @return its lock, to be closed when the run has ended
     * @throws SteeringException if it cannot be made, is inside a model bundle, or another run is writing to it
     */
    public static RunLock lock(Path directory) {
        OutputRule.STANDARD.requireDirectory(directory, List.of());
        create(directory);
        return RunLock.of(directory);
    }

    /**
     * @param files what a run says that it has written
     * @throws SteeringException if one of them is not there
     */
    public static void requireThere(List<Path> files) {
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new BadFile(
                        file + " is not there: it was deleted or moved while the run was writing. Leave the directory"
                                + " alone and run again.");
            }
        }
    }

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
            throw new BadFile("Cannot create " + directory + ": " + IoReason.of(e) + ". Choose another directory.", e);
        }
    }
}
