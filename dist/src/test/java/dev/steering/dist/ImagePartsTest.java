package dev.steering.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePartsTest {
    private static final String OWN = "a/native/linux-x64/liba.so";

    @TempDir
    private Path directory;

    private Path jar(String name, String... entries) throws IOException {
        Path jar = directory.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String entry : entries) {
                out.putNextEntry(new ZipEntry(entry));
                out.write(entry.getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
        return jar;
    }

    @Test
    void jarsLoseNativesAndNothingElse() throws Exception {
        Path lib = Files.createDirectory(directory.resolve("lib"));
        JarCopier copier = new JarCopier(
                Platform.of("Linux", "amd64"),
                lib,
                Files.createDirectory(lib.resolve("native")),
                new SymbolStripper(false));
        Path mixed = copier.copy(jar("mixed.jar", "a/A.class", OWN, "a/native/win-x64/a.dll", "META-INF/LICENSE"));
        Path plain = copier.copy(jar("plain.jar", "b/B.class"));

        try (JarFile jar = new JarFile(mixed.toFile())) {
            assertEquals(
                    List.of("a/A.class", "META-INF/LICENSE"),
                    jar.stream().map(ZipEntry::getName).toList());
            assertEquals(
                    "a/A.class",
                    new String(jar.getInputStream(jar.getEntry("a/A.class")).readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(OWN, Files.readString(lib.resolve("native/liba.so")));
        try (JarFile jar = new JarFile(plain.toFile())) {
            assertEquals(
                    List.of("b/B.class"), jar.stream().map(ZipEntry::getName).toList());
        }
        Path same = jar("other.jar", "c/linux-x86_64/liba.so");
        assertThrows(FileAlreadyExistsException.class, () -> copier.copy(same), "two libraries of one name");
    }

    @Test
    void theZipKeepsWhatMayBeExecuted() throws IOException {
        Path image = Files.createDirectories(directory.resolve("steer-1/bin")).getParent();
        Path steer = Files.writeString(image.resolve("bin/steer"), "#!/bin/sh\n");
        assertTrue(steer.toFile().setExecutable(true));
        Files.writeString(image.resolve("README"), "text");
        Path zip = directory.resolve("steer-1.zip");
        ImageZip.write(image, zip);
        ImageZip.write(image, zip);

        URI address = URI.create("jar:" + zip.toUri());
        try (FileSystem files = FileSystems.newFileSystem(address, Map.of("enablePosixFileAttributes", "true"))) {
            assertEquals("rwxr-xr-x", permissions(files, "/steer-1/bin/steer"));
            assertEquals("rw-r--r--", permissions(files, "/steer-1/README"));
            assertEquals("text", Files.readString(files.getPath("/steer-1/README")));
        }
    }

    private static String permissions(FileSystem files, String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(files.getPath(path)));
    }

    @Test
    void theManualPageHasEveryCommandAndNoRequestsByChance() {
        String help =
                """
                Usage: steer COMMAND
                Commands:
                  export     Make a bundle.
                  tune-acd   Learn
                               more of it
                """;
        assertEquals(List.of("export", "tune-acd"), ManPage.commands(help));
        IllegalArgumentException none =
                assertThrows(IllegalArgumentException.class, () -> ManPage.commands("Usage: steer"));
        assertTrue(none.getMessage().contains("no list of commands"), none.getMessage());

        StringBuilder roff = new StringBuilder();
        ManPage.section(roff, "SYNOPSIS", "--vector a\\b\n.and 'so on'\n'quoted'");
        assertEquals(
                """
                .SH "SYNOPSIS"
                .nf
                \\-\\-vector a\\eb
                \\&.and 'so on'
                \\&'quoted'
                .fi
                """,
                roff.toString());
        assertFalse(roff.toString().contains("\n'"));
    }
}
