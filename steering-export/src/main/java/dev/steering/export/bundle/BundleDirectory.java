package dev.steering.export.bundle;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

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
            throw new BadFile("Cannot write a bundle to " + target + ": it is the root of a file system.");
        }
        requireReplaceable(absolute);
        try {
            Files.createDirectories(parent);
            try (WorkDirectory work = WorkDirectory.in(parent, "." + absolute.getFileName() + ".")) {
                openPermissions(work.path());
                writer.write(work.path());
                swap(work.path(), absolute);
            }
        } catch (UncheckedIOException e) {
            throw failed(target, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    private static void requireReplaceable(Path target) {
        if (!Files.exists(target) || Files.isRegularFile(target.resolve(Bundle.MANIFEST))) {
            return;
        }
        try (Stream<Path> entries = Files.isDirectory(target) ? Files.list(target) : Stream.of(target)) {
            if (entries.findAny().isPresent()) {
                throw new BadFile("Cannot write a bundle to " + target
                        + ": it exists and is not a bundle. Choose a new directory, or remove this one first.");
            }
        } catch (IOException e) {
            throw new BadFile("Cannot read " + target + ": " + e.getMessage(), e);
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
            WorkDirectory.delete(old);
        }
    }

    private static SteeringException failed(Path target, IOException e) {
        return new BadFile(
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
