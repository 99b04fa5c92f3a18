package dev.steering.export.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A temporary directory that is gone when it is closed and also when the process is interrupted: whoever presses Ctrl-C does not
 * want a hidden directory of gigabytes.
 */
public final class WorkDirectory implements AutoCloseable {
    /** Somebody may still be writing into it while the process ends. */
    private static final int ATTEMPTS = 20;

    private static final int PAUSE_MILLIS = 50;

    private final Path path;
    private final Thread cleaner;

    private WorkDirectory(Path path) {
        this.path = path;
        this.cleaner = new Thread(this::deleteAgainAndAgain, "delete " + path.getFileName());
    }

    /**
     * @param parent an existing directory
     * @param prefix how its name begins
     * @return a new empty directory there
     * @throws IOException if it cannot be made
     */
    public static WorkDirectory in(Path parent, String prefix) throws IOException {
        WorkDirectory directory = new WorkDirectory(Files.createTempDirectory(parent, prefix));
        Runtime.getRuntime().addShutdownHook(directory.cleaner);
        return directory;
    }

    /** @return where it is */
    public Path path() {
        return path;
    }

    private void deleteAgainAndAgain() {
        try {
            for (int i = 0; i < ATTEMPTS && Files.exists(path); i++) {
                delete(path);
                if (Files.exists(path)) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Deletes a directory with all that is in it, as far as that is possible: a left-over is a nuisance, not a failure.
     *
     * @param directory what to delete; nothing happens if it does not exist
     */
    public static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            directory.toFile().deleteOnExit();
        }
    }

    @Override
    public void close() {
        delete(path);
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException e) {
            // The process is ending: the hook is running already.
        }
    }
}
