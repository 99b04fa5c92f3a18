package dev.steering.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path directory;

    @Test
    void createsAndReplaces() throws IOException {
        Path file = directory.resolve("a.txt");
        AtomicFiles.write(file, out -> out.write("one".getBytes(UTF_8)));
        assertEquals("one", Files.readString(file));
        AtomicFiles.writeChannel(file, channel -> channel.write(ByteBuffer.wrap("two".getBytes(UTF_8))));
        assertEquals("two", Files.readString(file));
        assertEquals(List.of("a.txt"), listing());
    }

    @Test
    void targetIsUntouchedWhileWriting() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "old");
        AtomicFiles.write(file, out -> {
            out.write("new".getBytes(UTF_8));
            out.flush();
            assertEquals("old", Files.readString(file));
            assertEquals(2, listing().size());
        });
        assertEquals("new", Files.readString(file));
    }

    @Test
    void oldFileSurvivesAFailureInTheMiddle() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "old");
        SteeringException e = assertThrows(
                SteeringException.class,
                () -> AtomicFiles.write(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("the cable fell out");
                }));
        assertEquals("cannot write " + file + ": the cable fell out. Nothing was changed.", e.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("a.txt"), listing());
    }

    @Test
    void passesOnRuntimeExceptionsAndCleansUp() throws IOException {
        RuntimeException mine = new IllegalStateException("mine");
        assertSame(
                mine,
                assertThrows(
                        IllegalStateException.class,
                        () -> AtomicFiles.write(directory.resolve("a.txt"), out -> {
                            throw mine;
                        })));
        assertEquals(List.of(), listing());
    }

    @Test
    void fullDiskIsSaidSo() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "old");
        SteeringException e = assertThrows(
                SteeringException.class,
                () -> AtomicFiles.write(file, out -> {
                    out.write(new byte[100_000]);
                    throw new IOException("No space left on device");
                }));
        assertEquals(
                "cannot write " + file + ": the disk of " + directory.toRealPath()
                        + " is full. Free some space or choose another disk. Nothing was changed.",
                e.getMessage());
        assertEquals("old", Files.readString(file));
    }

    @Test
    void missingPermissionIsSaidSo() {
        Path file = directory.resolve("a.txt");
        SteeringException e =
                AtomicFiles.failure(file, directory, new AccessDeniedException(file.toString(), null, "denied"));
        assertEquals(
                "cannot write " + file + ": no permission to write in " + directory
                        + ". Choose another directory or change its permissions. Nothing was changed.",
                e.getMessage());
    }

    @Test
    void refusesADirectory() {
        assertEquals(
                "cannot write " + directory + ": it is a directory, expected the name of a file.",
                refusal(directory).getMessage());
    }

    @Test
    void refusesAMissingDirectory() {
        Path file = directory.resolve("missing").resolve("a.txt");
        assertEquals(
                "cannot write " + file + ": its directory " + file.getParent() + " does not exist. Create it first.",
                refusal(file).getMessage());
    }

    @Test
    void refusesADirectoryThatIsAFile() throws IOException {
        Path notADirectory = Files.writeString(directory.resolve("a.txt"), "x");
        Path file = notADirectory.resolve("b.txt");
        assertEquals(
                "cannot write " + file + ": " + notADirectory + " is not a directory.",
                refusal(file).getMessage());
    }

    @Test
    void writesThroughASymbolicLink() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link.txt"), file);
        AtomicFiles.write(link, out -> out.write("new".getBytes(UTF_8)));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
    }

    private static SteeringException refusal(Path file) {
        return assertThrows(SteeringException.class, () -> AtomicFiles.write(file, out -> out.write(1)));
    }

    private List<String> listing() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
