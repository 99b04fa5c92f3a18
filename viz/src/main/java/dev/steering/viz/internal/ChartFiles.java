package dev.steering.viz.internal;

import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts pictures into a directory: each file whole or not at all. */
public final class ChartFiles {
    private static final FileMark PICTURE = FileMark.beginning(
            "a picture or its numbers", "\u0089PNG", "<?xml", "<svg", "<!DOCTYPE svg", "%PDF-", "x axis,", "row,");

    private ChartFiles() {}

    /**
     * @param directory where to; created if missing
     * @param name the file's name; an existing picture is replaced
     * @param content its bytes
     * @return the file
     * @throws SteeringException if the directory or the file cannot be written; an older file is then unchanged
     */
    public static Path write(Path directory, String name, byte[] content) {
        createDirectory(directory);
        Path file = directory.resolve(name);
        OutputRule.STANDARD.requireFile(file, PICTURE);
        AtomicFiles.write(file, out -> out.write(content));
        return file;
    }

    private static void createDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new BadFile(
                    "cannot create the chart directory " + directory + ": " + reason(e)
                            + ". Choose a directory that may be written to and has room.",
                    e);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + " (" + e.getMessage() + ")";
    }
}
