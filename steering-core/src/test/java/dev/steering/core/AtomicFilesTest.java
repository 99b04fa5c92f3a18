package dev.steering.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
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

    @Test
    void aLinkThatLeadsNowhereGetsItsFile() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link.txt"), Path.of("new.txt"));
        AtomicFiles.writeText(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(directory.resolve("new.txt")));
    }

    @Test
    void permissionsAreKept() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "old");
        Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rw-r-x---");
        Files.setPosixFilePermissions(file, mine);
        AtomicFiles.writeText(file, "new");
        assertEquals(mine, Files.getPosixFilePermissions(file));
    }

    @Test
    void whatIsPrivateIsNeverReadableByOthers() throws IOException {
        Path file = Files.writeString(directory.resolve("private"), "old");
        Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rw-------");
        Files.setPosixFilePermissions(file, owner);
        AtomicFiles.write(file, out -> {
            out.write(1);
            out.flush();
            try (Stream<Path> all = Files.list(directory)) {
                for (Path written : all.toList()) {
                    assertEquals(owner, Files.getPosixFilePermissions(written), written.toString());
                }
            }
        });
    }

    @Test
    void whatIsNoFileIsWrittenToAndNotReplaced() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        AtomicFiles.requireTarget(full);
        SteeringException e =
                assertThrows(SteeringException.class, () -> AtomicFiles.write(full, out -> out.write(new byte[100])));
        assertEquals(
                "cannot write to /dev/full: No space left on device. What has arrived there is not complete.",
                e.getMessage());
        AtomicFiles.writeText(Path.of("/dev/null"), "nothing");
        assertFalse(Files.isRegularFile(full));
        assertFalse(Files.isRegularFile(Path.of("/dev/null")));
    }

    @Test
    void aPipeGetsTheContent() throws Exception {
        Path pipe = directory.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        FutureTask<String> reader = new FutureTask<>(() -> Files.readString(pipe));
        new Thread(reader).start();
        AtomicFiles.writeChannel(pipe, channel -> channel.write(ByteBuffer.wrap("through".getBytes(UTF_8))));
        assertEquals("through", reader.get(30, TimeUnit.SECONDS));
        assertFalse(Files.isRegularFile(pipe));
    }

    /** Begins to write, says so and waits to be killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) {
            AtomicFiles.write(Path.of(args[0]), out -> {
                out.write(new byte[1 << 20]);
                System.out.println("half");
                try {
                    Thread.sleep(TimeUnit.MINUTES.toMillis(2));
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
        }
    }

    @Test
    void leftoversOfKilledProcessesAreDeletedByTheNextWriterAndNothingElse() throws Exception {
        Path file = directory.resolve("a.txt");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Writer.class.getName(),
                file.toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertEquals("half", process.inputReader(UTF_8).readLine());
        AtomicFiles.writeText(file, "one");
        assertEquals(2, listing().size(), "the living writer's file stays");
        process.destroyForcibly().waitFor();
        Files.writeString(directory.resolve(".a.txt.0123abcd.tmp"), "an editor's");
        Files.writeString(directory.resolve(".b.txt.steering-0123abcd.tmp"), "of another target");
        AtomicFiles.write(file, out -> AtomicFiles.writeText(file, "inner"));
        assertEquals(List.of(".a.txt.0123abcd.tmp", ".b.txt.steering-0123abcd.tmp", "a.txt"), listing());
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
