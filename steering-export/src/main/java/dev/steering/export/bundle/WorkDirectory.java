package dev.steering.export.bundle;

import dev.steering.core.BadFile;
import dev.steering.core.RunLock;
import dev.steering.core.files.LockedTree;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A temporary directory that is gone when it is closed and also when the process is interrupted: whoever presses Ctrl-C does not
 * want a hidden directory of gigabytes. It carries a {@link RunLock}, so that one that a killed process has left can be told from one
 * that somebody is using, and from anything that is not ours: {@link #deleteAbandoned}.
 */
public final class WorkDirectory implements AutoCloseable {
    /** Somebody may still be writing into it while the process ends. */
    private static final int ATTEMPTS = 20;

    private static final int PAUSE_MILLIS = 50;
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    private final Path path;
    private final RunLock lock;
    private final Thread cleaner;

    private WorkDirectory(Path path, RunLock lock) {
        this.path = path;
        this.lock = lock;
        this.cleaner = new Thread(this::deleteAgainAndAgain, "delete " + path.getFileName());
    }

    /**
     * @param parent an existing directory
     * @param prefix how its name begins
     * @return a new directory there, empty but for its lock
     * @throws IOException if it cannot be made
     */
    public static WorkDirectory in(Path parent, String prefix) throws IOException {
        Path path = Files.createTempDirectory(parent, prefix);
        WorkDirectory directory;
        try {
            directory = new WorkDirectory(path, RunLock.of(path));
        } catch (BadFile e) {
            delete(path);
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(directory.cleaner);
        return directory;
    }

    /**
     * Deletes what killed processes have left: directories of that name that carry our lock, which nobody holds any more. Anything
     * else is left alone, and so is what cannot be deleted.
     *
     * @param parent a directory
     * @param prefix how the names begin; digits follow
     */
    public static void deleteAbandoned(Path parent, String prefix) {
        for (Path left : named(parent, prefix)) {
            try (RunLock abandoned = RunLock.ofAbandoned(left)) {
                if (abandoned != null) {
                    delete(left);
                }
            }
        }
    }

    /** Directories, no links, whose name is the prefix and digits. */
    static List<Path> named(Path parent, String prefix) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (name.startsWith(prefix)
                        && DIGITS.matcher(name.substring(prefix.length())).matches()
                        && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Cleaning up is a favour: what is asked for is the writing.
        }
        return found;
    }

    /** Gives up the lock, which is then no longer among the files: nobody needs to tell any more whose they are. */
    void release() {
        lock.close();
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
        try {
            LockedTree.delete(directory);
        } catch (IOException e) {
            directory.toFile().deleteOnExit();
        }
    }

    @Override
    public void close() {
        delete(path);
        lock.close();
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException e) {
            // The process is ending: the hook is running already.
        }
    }
}
