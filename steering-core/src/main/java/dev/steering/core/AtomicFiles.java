package dev.steering.core;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes files whole or not at all.
 *
 * <p>The content goes to a temporary file in the same directory, is forced to the disk and then moved over the target in one
 * step. Until that step the old file is untouched, so a failure, a full disk or a killed process never leaves half a file
 * under the target's name; a killed process can leave a hidden {@code .name.steering-xxxxxxxx.tmp} beside it, which the next writing of
 * that file deletes.
 *
 * <p>A symbolic link keeps being a link: the file that it points to is replaced, or made. The new file has the old one's permissions;
 * a write-protected one is refused. Another hard link to the old file keeps the old content. What is no regular file (a pipe, a
 * terminal, {@code /dev/stdout}, {@code /dev/full}) is not replaced but written to, piece by piece, and a failure is reported.
 *
 * <p>Thread-safe: of several writers to the same file the last one to finish wins, and no mixture is ever seen.
 */
public final class AtomicFiles {
    private static final int BUFFER_BYTES = 1 << 16;

    private static final int MOST_LINKS = 40;

    /** Names of open files: what they lead to is somebody's stream even where it is a regular file. */
    private static final List<Path> DESCRIPTORS =
            List.of(Path.of("/dev/fd"), Path.of("/dev/stdout"), Path.of("/dev/stderr"), Path.of("/proc"));

    private AtomicFiles() {}

    /**
     * @param file the file to create or replace; its directory must exist
     * @param content writes the content to a buffered stream; a {@link RuntimeException} of its own is passed on
     * @throws SteeringException if the file cannot be written; the old file, if any, is unchanged
     */
    public static void write(Path file, IOConsumer<? super OutputStream> content) {
        writeChannel(file, channel -> {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
            content.accept(out);
            out.flush();
        });
    }

    /**
     * @param file the file to create or replace; its directory must exist
     * @param text its content, in UTF-8
     * @throws SteeringException if the file cannot be written; the old file, if any, is unchanged
     */
    public static void writeText(Path file, String text) {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * @param file the file to create or replace; its directory must exist
     * @param content writes the content to an empty file's channel; a {@link RuntimeException} of its own is passed on
     * @throws SteeringException if the file cannot be written; the old file, if any, is unchanged
     */
    public static void writeChannel(Path file, IOConsumer<? super FileChannel> content) {
        Path target = target(file);
        if (isStream(target)) {
            writeThrough(file, content);
            return;
        }
        Path directory = directoryOf(target);
        TemporaryFile.deleteAbandoned(target);
        try (TemporaryFile temporary = TemporaryFile.beside(target)) {
            // Before there is content: what may be read by its owner only is never readable by others.
            keepPermissions(target, temporary.path());
            content.accept(temporary.channel());
            temporary.channel().force(true);
            temporary.moveTo(target);
        } catch (IOException e) {
            throw failure(file, directory, e);
        }
        forceDirectory(directory);
    }

    /**
     * Deletes the hidden files that killed processes have left of one that they were writing; what somebody is writing now stays.
     *
     * @param file the file that was to be written
     */
    public static void deleteAbandoned(Path file) {
        TemporaryFile.deleteAbandoned(file);
    }

    /**
     * @param hidden a file beside others
     * @return the name of the file whose content it collects; null if it is none of {@link #write}'s
     */
    public static @Nullable String nameOf(Path hidden) {
        return TemporaryFile.nameOf(hidden);
    }

    /** Appends, so that a standard output that is a file keeps what it holds. */
    private static void writeThrough(Path file, IOConsumer<? super FileChannel> content) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            content.accept(channel);
        } catch (IOException e) {
            throw new BadFile(
                    "cannot write to " + file + ": " + IoReason.of(e) + ". What has arrived there is not complete.", e);
        }
    }

    private static void keepPermissions(Path target, Path temporary) throws IOException {
        PosixFileAttributeView old = Files.getFileAttributeView(target, PosixFileAttributeView.class);
        if (old != null && Files.exists(target)) {
            Files.setPosixFilePermissions(temporary, old.readAttributes().permissions());
        }
    }

    /**
     * Finds out before long work whether there is a place for its result.
     *
     * @param file the file to create or replace
     * @throws SteeringException if it is a directory or may not be written, or its directory is missing or may not be written to
     */
    public static void requireTarget(Path file) {
        Path target = target(file);
        if (!isStream(target)) {
            Path directory = directoryOf(target);
            if (!Files.isWritable(directory)) {
                throw failure(file, directory, new AccessDeniedException(file.toString()));
            }
        }
    }

    /** The file that is meant: what a link leads to, whether it is there or not. */
    private static Path target(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadFile("cannot write " + file + ": it is a directory, expected the name of a file.");
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new BadFile("cannot write " + file
                    + ": it is write-protected. Choose another name, or change its permissions.");
        }
        try {
            if (isStream(file)) {
                return file;
            }
            return Files.exists(file) ? file.toRealPath() : followed(file);
        } catch (IOException e) {
            throw new BadFile("cannot write " + file + ": " + IoReason.of(e), e);
        }
    }

    /** Where a chain of links ends that leads to no file. */
    private static Path followed(Path file) throws IOException {
        Path end = file.toAbsolutePath();
        for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(end); i++) {
            end = end.resolveSibling(Files.readSymbolicLink(end));
        }
        return end;
    }

    /**
     * @param file a file
     * @return whether it can only be written to, as there is nothing to replace: a pipe or a device, or the name of an open file
     */
    public static boolean isStream(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        if (DESCRIPTORS.stream().anyMatch(absolute::startsWith)) {
            return Files.exists(file);
        }
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).isOther();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path directoryOf(Path target) {
        Path directory = target.getParent();
        if (directory == null || !Files.exists(directory)) {
            throw new BadFile(
                    "cannot write " + target + ": its directory " + directory + " does not exist. Create it first.");
        }
        if (!Files.isDirectory(directory)) {
            throw new BadFile("cannot write " + target + ": " + directory + " is not a directory.");
        }
        return directory;
    }

    /** Package-private so that a full disk and a missing permission can be tested on every machine. */
    static SteeringException failure(Path file, Path directory, IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        String problem;
        if (e instanceof AccessDeniedException) {
            problem =
                    "no permission to write in " + directory + ". Choose another directory or change its permissions.";
        } else if (message.contains("no space left")
                || message.contains("not enough space")
                || message.contains("quota exceeded")) {
            problem = "the disk of " + directory + " is full. Free some space or choose another disk.";
        } else {
            problem = IoReason.of(e) + ".";
        }
        return new BadFile("cannot write " + file + ": " + problem + " Nothing was changed.", e);
    }

    /** Makes the new name itself survive a power cut where the platform can do that; Windows cannot open directories. */
    private static void forceDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The file is complete and in place; only its durability across a power cut is left to the system.
        }
    }
}
