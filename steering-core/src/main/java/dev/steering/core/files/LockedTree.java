package dev.steering.core.files;

import dev.steering.core.RunLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory of ours that carries a {@link RunLock}. Stateless and thread-safe. */
public final class LockedTree {
    private LockedTree() {}

    /**
     * Deletes the directory with all that is in it, as far as that is possible. Links are not followed. The lock's mark goes last: whoever is
     * killed here leaves something that can still be told to be ours.
     *
     * @param directory what to delete
     * @throws IOException if the tree cannot be walked, or something in it cannot be deleted
     */
    public static void delete(Path directory) throws IOException {
        Path mark = directory.resolve(RunLock.NAME);
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.filter(file -> !file.equals(mark) && !file.equals(directory))
                    .sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
            Files.deleteIfExists(mark);
            Files.deleteIfExists(directory);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
