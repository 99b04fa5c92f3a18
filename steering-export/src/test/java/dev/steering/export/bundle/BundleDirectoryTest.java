package dev.steering.export.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.RunLock;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleDirectoryTest {
    private static final String MANIFEST = "{\"format_version\" : 2}";

    @TempDir
    private Path directory;

    /** Begins to write a bundle, or has put the old one aside, says so and waits to be killed. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Path target = Path.of(args[0]);
            if (args.length == 1) {
                BundleDirectory.replace(target, List.of(), work -> {
                    Files.writeString(work.resolve("model.safetensors"), "half of it");
                    ready();
                });
            } else {
                Path old = Files.createDirectory(Path.of(args[1]));
                try (RunLock lock = RunLock.of(old)) {
                    Files.move(target, old.resolve("bundle"));
                    ready();
                    lock.requireInPlace();
                }
            }
        }

        private static void ready() {
            System.out.println("ready");
            try {
                Thread.sleep(TimeUnit.MINUTES.toMillis(2));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Process ready(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                Waiting.class.getName()),
                        Stream.of(arguments))
                .toList());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertEquals("ready", process.inputReader(UTF_8).readLine());
        return process;
    }

    private static void write(Path target, String content) {
        BundleDirectory.replace(target, List.of(), work -> {
            Files.writeString(work.resolve("a.onnx"), content);
            Files.writeString(work.resolve(Bundle.MANIFEST), MANIFEST);
        });
    }

    private Set<String> names(Path place) throws IOException {
        try (Stream<Path> entries = Files.list(place)) {
            return new TreeSet<>(
                    entries.map(entry -> entry.getFileName().toString()).toList());
        }
    }

    @Test
    void whatAKilledProcessLeftIsRemovedByTheNextAndNothingElse() throws IOException, InterruptedException {
        Path target = directory.resolve("b");
        Process killed = ready(target.toString());
        Process living = ready(target.toString());
        try {
            killed.destroyForcibly().waitFor();
            Path foreign = Files.createDirectory(directory.resolve(".b.123456"));
            Files.writeString(foreign.resolve("thesis.txt"), "mine");
            Files.createDirectory(directory.resolve(".b.backup"));
            assertEquals(4, names(directory).size());
            write(target, "new");
            Set<String> left = names(directory);
            assertTrue(left.remove("b") && left.remove(".b.123456") && left.remove(".b.backup"), left::toString);
            assertEquals(1, left.size(), "the living process's directory: " + left);
            assertEquals("mine", Files.readString(foreign.resolve("thesis.txt")));
            assertEquals(new TreeSet<>(List.of("a.onnx", Bundle.MANIFEST)), names(target));
        } finally {
            living.destroyForcibly().waitFor();
        }
        write(target, "newer");
        assertEquals(new TreeSet<>(List.of("b", ".b.123456", ".b.backup")), names(directory));
        assertEquals("newer", Files.readString(target.resolve("a.onnx")));
    }

    @Test
    void anOldBundleThatWasPutAsideComesBack() throws IOException, InterruptedException {
        Path target = directory.resolve("b");
        write(target, "old");
        ready(target.toString(), directory.resolve(".b.old.77").toString())
                .destroyForcibly()
                .waitFor();
        assertFalse(Files.exists(target));
        SteeringException e = assertThrows(
                SteeringException.class,
                () -> BundleDirectory.replace(target, List.of(), work -> {
                    throw new IOException("no more paper");
                }));
        assertTrue(e.getMessage().contains("What was there before is unchanged"), e.getMessage());
        assertEquals("old", Files.readString(target.resolve("a.onnx")));
        assertEquals(new TreeSet<>(List.of("b")), names(directory));
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path target = directory.resolve("b");
        write(target, "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        write(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(target.resolve("a.onnx")));
    }

    @Test
    void whatABundleIsMadeOfIsNotReplacedByIt() {
        Path target = directory.resolve("b");
        write(target, "old");
        String message = assertThrows(
                        SteeringException.class,
                        () -> BundleDirectory.replace(target, List.of(target.resolve("a.onnx")), work -> {
                            throw new AssertionError("must not begin");
                        }))
                .getMessage();
        assertTrue(message.contains("which it is made of, lies there"), message);
    }

    @Test
    void whatABundleHoldsBesideItsOwnFilesIsNotDeletedWithIt() throws IOException {
        Path target = directory.resolve("b");
        write(target, "old");
        Path notes = Files.writeString(target.resolve("notes.txt"), "years of work");
        String message = assertThrows(SteeringException.class, () -> write(target, "new"))
                .getMessage();
        assertTrue(message.contains(notes + " is in it, is no part of it and would be deleted with it"), message);
        assertEquals("years of work", Files.readString(notes));
        Files.delete(notes);
        Path vector = Fixtures.vector();
        Files.copy(vector, target.resolve("refusal.safetensors"));
        assertThrows(SteeringException.class, () -> write(target, "new"));
        Files.delete(target.resolve("refusal.safetensors"));
        write(target, "new");
    }
}
