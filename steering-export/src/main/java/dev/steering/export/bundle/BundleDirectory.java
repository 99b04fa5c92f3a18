package dev.steering.export.bundle;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts a whole directory in its place or leaves everything as it was. */
public final class BundleDirectory {
    /** Writes a bundle's files. */
    @FunctionalInterface
    public interface Writer {
        /**
         * @param directory an empty directory
         * @throws IOException if writing fails
         */
        void write(Path directory) throws IOException;
    }

    private BundleDirectory() {}

    /**
     * Writes into a temporary directory beside the target and moves it there when the writer is done. A bundle that was there
     * before survives until then; any other non-empty directory is refused.
     *
     * @param target where the bundle will be
     * @param writer fills it
     * @throws SteeringException if the target cannot be replaced or writing fails
     */
    public static void replace(Path target, Writer writer) {
        Path absolute = target.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new SteeringException("Cannot write a bundle to " + target + ": it is the root of a file system.");
        }
        requireReplaceable(absolute);
        Thread cleaner = null;
        Path work = null;
        try {
            Files.createDirectories(parent);
            work = Files.createTempDirectory(parent, "." + absolute.getFileName() + ".");
            cleaner = deletingOnExit(work);
            openPermissions(work);
            writer.write(work);
            swap(work, absolute);
        } catch (UncheckedIOException e) {
            throw failed(target, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failed(target, e);
        } finally {
            if (work != null) {
                delete(work);
            }
            forget(cleaner);
        }
    }

    /** Whoever presses Ctrl-C does not want a hidden directory of gigabytes. */
    private static Thread deletingOnExit(Path work) {
        Thread cleaner = new Thread(() -> delete(work), "delete " + work.getFileName());
        Runtime.getRuntime().addShutdownHook(cleaner);
        return cleaner;
    }

    private static void forget(@Nullable Thread cleaner) {
        try {
            if (cleaner != null) {
                Runtime.getRuntime().removeShutdownHook(cleaner);
            }
        } catch (IllegalStateException e) {
            // The process is ending: the hook is running already.
        }
    }

    private static void requireReplaceable(Path target) {
        if (!Files.exists(target) || Files.isRegularFile(target.resolve(Bundle.MANIFEST))) {
            return;
        }
        try (Stream<Path> entries = Files.isDirectory(target) ? Files.list(target) : Stream.of(target)) {
            if (entries.findAny().isPresent()) {
                throw new SteeringException("Cannot write a bundle to " + target
                        + ": it exists and is not a bundle. Choose a new directory, or remove this one first.");
            }
        } catch (IOException e) {
            throw new SteeringException("Cannot read " + target + ": " + e.getMessage(), e);
        }
    }

    /** Temporary directories are private to their owner; a bundle should be as readable as any directory. */
    private static void openPermissions(Path work) {
        work.toFile().setReadable(true, false);
        work.toFile().setExecutable(true, false);
    }

    private static void swap(Path work, Path target) throws IOException {
        if (!Files.exists(target)) {
            Files.move(work, target);
            return;
        }
        Path old = Files.createTempDirectory(target.getParent(), "." + target.getFileName() + ".old.");
        Path aside = old.resolve("bundle");
        Files.move(target, aside);
        try {
            Files.move(work, target);
        } catch (IOException e) {
            Files.move(aside, target);
            throw e;
        } finally {
            delete(old);
        }
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            // A left-over temporary directory is a nuisance, not a failure of the export.
            directory.toFile().deleteOnExit();
        }
    }

    private static SteeringException failed(Path target, IOException e) {
        return new SteeringException(
                "Cannot write the bundle " + target + ": " + reason(e)
                        + ". What was there before is unchanged. Is the directory writable and the disk not full?",
                e);
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getFile() + ": " + f.getReason();
        }
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }
}
