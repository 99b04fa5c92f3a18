package dev.steering.dist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
    private static final Tools HERE = Tools.of(Objects.requireNonNullElse(System.getenv("PATH"), ""));

    @TempDir
    private Path directory;

    @Test
    void archivesAreNamed() {
        assertEquals(List.of(Archive.ZIP, Archive.TAR_XZ, Archive.DEB), Archive.read("zip, tar.xz,deb"));
        assertEquals(List.of(), Archive.read("none"));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Archive.read("zip,rpm"));
        assertEquals("dist.archives is a list of zip, tar.xz, deb, or none; found 'rpm'", e.getMessage());
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        Tools nothing = new Tools(List.of(directory));
        Archive.ZIP.requireTools(nothing);
        IOException tar = assertThrows(IOException.class, () -> Archive.TAR_XZ.requireTools(nothing));
        assertEquals(
                "a tar.xz is made with tar and xz, and there is no tar and no xz on the PATH."
                        + " Install what is missing, or leave it out: -Ddist.archives=zip",
                tar.getMessage());
        Path fakeroot = Files.writeString(directory.resolve("fakeroot"), "");
        assertTrue(fakeroot.toFile().setExecutable(true));
        IOException deb = assertThrows(IOException.class, () -> Archive.DEB.requireTools(nothing));
        assertTrue(deb.getMessage().contains("there is no dpkg-deb on the PATH"), deb.getMessage());
    }

    @Test
    void theTarHasWhatTheDirectoryHas() throws Exception {
        assumeTrue(HERE.has("tar") && HERE.has("xz"), "there is no tar or no xz");
        Path image = Files.createDirectories(directory.resolve("steer-1-linux-x86_64/bin"))
                .getParent();
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 5 == 0 ? 0xe8 : i / 5); // calls, which the filter changes and changes back
        }
        Files.write(image.resolve("bin/steer"), bytes);
        assertTrue(image.resolve("bin/steer").toFile().setExecutable(true));
        Path tar = Archive.TAR_XZ.write(image, "1", directory);
        assertEquals("steer-1-linux-x86_64.tar.xz", tar.getFileName().toString());
        Path out = Files.createDirectory(directory.resolve("out"));
        MakeImage.run(null, "tar", "-xJf", tar.toString(), "-C", out.toString());
        Path steer = out.resolve("steer-1-linux-x86_64/bin/steer");
        assertArrayEquals(bytes, Files.readAllBytes(steer));
        assertTrue(Files.isExecutable(steer));
        assertFalse(Files.exists(directory.resolve("steer-1-linux-x86_64.tar.xz.part")));
    }

    @Test
    void versionsOfPackagesAreNumbers() {
        assertEquals("0.1.0", DebianPackage.numbers("0.1.0-SNAPSHOT"));
        assertEquals("1.2", DebianPackage.numbers("1.2"));
    }

    /** A library without tables for debuggers stays as its makers made it. */
    @Test
    void librariesLoseTablesOfSymbolsOnly() throws Exception {
        assumeTrue(HERE.has("strip"), "there is no strip");
        SymbolStripper stripper = SymbolStripper.of(Platform.of("Linux", "amd64"), HERE);
        assertTrue(stripper.works());
        assertFalse(SymbolStripper.of(Platform.of("Mac OS X", "aarch64"), HERE).works());
        Path library = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so");
        assumeTrue(Files.exists(library), "this Java has no libjvm.so");
        Path copy = Files.copy(library, directory.resolve("lib.so"));
        stripper.strip(copy);
        Path again = Files.copy(copy, directory.resolve("again.so"));
        stripper.strip(again);
        assertArrayEquals(Files.readAllBytes(copy), Files.readAllBytes(again), "there is nothing left to take");
        assertTrue(Files.size(copy) <= Files.size(library));
    }
}
