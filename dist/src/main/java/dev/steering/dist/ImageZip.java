package dev.steering.dist;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A directory as a zip that keeps what may be executed. */
final class ImageZip {
    private ImageZip() {}

    /** Writes the directory, under its own name, in the order of names; links become what they lead to. */
    static void write(Path directory, Path zip) throws IOException {
        Files.deleteIfExists(zip);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.sorted().toList();
        }
        String name = directory.getFileName().toString();
        Map<String, String> settings = Map.of("create", "true", "enablePosixFileAttributes", "true");
        try (FileSystem out = FileSystems.newFileSystem(zip, settings)) {
            for (Path file : files) {
                Path entry = out.getPath(name, directory.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectory(entry);
                } else {
                    Files.copy(file, entry);
                }
                boolean open = Files.isDirectory(file) || Files.isExecutable(file);
                Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString(open ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}
