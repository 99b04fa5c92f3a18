package dev.steering.export.bundle;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.RunLock;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.files.OutputRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    /** Names of directories in which an old bundle waits until the new one is in its place, and its name there. */
    private static final String OLD = "old.";

    private static final String ASIDE = "bundle";

    private BundleDirectory() {}

    /**
     * Writes into a temporary directory beside the target and moves it there when the writer is done. A bundle that was there
     * before survives until then; any other non-empty directory is refused. What processes that were killed have left of the same bundle
     * is removed, or put back if it is the only one that there is.
     *
     * @param target where the bundle will be
     * @param inputs what it is made of: must not lie where it would be replaced
     * @param writer fills it
     * @throws SteeringException if the target cannot be replaced or writing fails
     */
    public static void replace(Path target, List<Path> inputs, Writer writer) {
        requireReplaceable(target, inputs);
        Path absolute = followed(target);
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new BadFile("Cannot write a bundle to " + target + ": it is the root of a file system.");
        }
        String prefix = "." + absolute.getFileName() + ".";
        try {
            Files.createDirectories(parent);
            restore(absolute, prefix + OLD);
            WorkDirectory.deleteAbandoned(parent, prefix);
            try (WorkDirectory work = WorkDirectory.in(parent, prefix)) {
                openPermissions(work.path());
                writer.write(work.path());
                work.release();
                swap(work.path(), absolute, prefix + OLD);
            }
        } catch (UncheckedIOException e) {
            throw failed(target, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /**
     * @param target where a bundle will be
     * @param inputs what it is made of
     * @throws SteeringException if it holds something else than a bundle, or one of the inputs, or is inside another bundle
     */
    public static void requireReplaceable(Path target, List<Path> inputs) {
        OutputRule.STANDARD.withInputs(inputs).requireBundle(target);
        if (!Files.exists(target)) {
            return;
        }
        if (Files.isRegularFile(target.resolve(Bundle.MANIFEST))) {
            requireNothingStrange(target);
            return;
        }
        try (Stream<Path> entries = Files.isDirectory(target) ? Files.list(target) : Stream.of(target)) {
            if (entries.findAny().isPresent()) {
                throw new BadFile("Cannot write a bundle to " + target
                        + ": it exists and is not a bundle. Choose a new directory, or remove this one first.");
            }
        } catch (IOException e) {
            throw new BadFile("Cannot read " + target + ": " + IoReason.of(e), e);
        }
    }

    private static void requireNothingStrange(Path target) {
        Path strange;
        try {
            strange = StrangeFiles.first(target);
        } catch (IOException e) {
            throw new BadFile(
                    "Cannot replace the bundle " + target + ": it cannot be read: " + IoReason.of(e)
                            + ". Remove it first, or choose a new directory.",
                    e);
        }
        if (strange != null) {
            throw new BadFile(
                    "Cannot replace the bundle " + target + ": " + strange
                            + " is in it, is no part of it and would be deleted with it. Move it away first, or choose a new directory.");
        }
    }

    /** A link to a bundle stays: what it leads to is replaced. */
    private static Path followed(Path target) {
        try {
            return Files.exists(target)
                    ? target.toRealPath()
                    : target.toAbsolutePath().normalize();
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /** Temporary directories are private to their owner; a bundle should be as readable as any directory. */
    private static void openPermissions(Path work) {
        work.toFile().setReadable(true, false);
        work.toFile().setExecutable(true, false);
    }

    private static void swap(Path work, Path target, String prefix) throws IOException {
        if (!Files.exists(target)) {
            Files.move(work, target);
            return;
        }
        Path old = Files.createTempDirectory(target.getParent(), prefix);
        try (RunLock lock = RunLock.of(old)) {
            lock.requireInPlace();
            Path aside = old.resolve(ASIDE);
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
    }

    /** Who was killed between the two moves of a swap has left no bundle, but the old one aside. */
    private static void restore(Path target, String prefix) throws IOException {
        for (Path old : WorkDirectory.named(Objects.requireNonNull(target.getParent()), prefix)) {
            try (RunLock abandoned = RunLock.ofAbandoned(old)) {
                Path aside = old.resolve(ASIDE);
                if (abandoned != null && Files.exists(aside) && !Files.exists(target)) {
                    Files.move(aside, target);
                }
                if (abandoned != null) {
                    WorkDirectory.delete(old);
                }
            }
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
