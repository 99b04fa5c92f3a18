package dev.steering.core;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/**
 * Writes files whole or not at all.
 *
 * <p>The content goes to a temporary file in the same directory, is forced to the disk and then moved over the target in one
 * step. Until that step the old file is untouched, so a failure, a full disk or a killed process never leaves half a file
 * under the target's name; a killed process can leave a hidden {@code .name.xxxx.tmp} beside it. A symbolic link keeps being
 * a link: the file that it points to is replaced.
 *
 * <p>Thread-safe: of several writers to the same file the last one to finish wins, and no mixture is ever seen.
 */
public final class AtomicFiles {
    private static final int BUFFER_BYTES = 1 << 16;

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
        Path target = resolved(file);
        Path directory = directoryOf(target);
        Path temporary = directory.resolve(
                "." + target.getFileName() + "." + UUID.randomUUID().toString().substring(0, 8) + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.accept(channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure(file, directory, e);
        } finally {
            deleteQuietly(temporary);
        }
        forceDirectory(directory);
    }

    /**
     * Finds out before long work whether there is a place for its result.
     *
     * @param file the file to create or replace
     * @throws SteeringException if it is a directory, or its directory is missing
     */
    public static void requireTarget(Path file) {
        directoryOf(resolved(file));
    }

    private static Path resolved(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadFile("cannot write " + file + ": it is a directory, expected the name of a file.");
        }
        try {
            return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        } catch (IOException e) {
            throw new BadFile("cannot write " + file + ": " + reason(e), e);
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
        } else if (message.contains("no space left") || message.contains("not enough space")) {
            problem = "the disk of " + directory + " is full. Free some space or choose another disk.";
        } else {
            problem = reason(e) + ".";
        }
        return new BadFile("cannot write " + file + ": " + problem + " Nothing was changed.", e);
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The failure that brought us here matters more than a left-over temporary file.
        }
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
