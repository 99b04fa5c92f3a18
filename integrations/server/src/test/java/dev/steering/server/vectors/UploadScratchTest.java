package dev.steering.server.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of uploads by servers that were killed, and nothing else, is gone at the next start. */
class UploadScratchTest {
    private static final String OWNER = "held by a steering run, process 1\n";

    @TempDir
    private Path parent;

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private Path directory(String name) throws IOException {
        Path made = Files.createDirectory(parent.resolve(name));
        Files.writeString(Files.createDirectories(made.resolve("7")).resolve("mine"), "x");
        return made;
    }

    @Test
    void aFileIsThereForAsLongAsItIsLookedAt() throws Exception {
        try (UploadScratch scratch = new UploadScratch(parent)) {
            assertEquals(List.of(), names(), "nothing before the first upload");
            Path seen = scratch.during("mine", new byte[] {1, 2}, file -> {
                assertEquals("mine", file.getFileName().toString());
                assertEquals(2, file.toFile().length());
                return file;
            });
            assertFalse(Files.exists(seen.getParent()));
            assertThrows(
                    IllegalStateException.class,
                    () -> scratch.during("mine", new byte[0], file -> {
                        throw new IllegalStateException("no vector");
                    }));
            assertEquals(1, names().size());
            Path own = parent.resolve(names().get(0));
            try (Stream<Path> left = Files.list(own)) {
                assertEquals(List.of(own.resolve(RunLock.NAME)), left.toList());
            }
        }
        assertEquals(List.of(), names());
    }

    @Test
    void whatAKilledServerLeftIsDeletedAndNothingElse() throws Exception {
        Path outside = directory("outside");
        Path killed = directory("steer-upload-11");
        Files.writeString(killed.resolve(RunLock.NAME), OWNER);
        Files.createSymbolicLink(killed.resolve("link"), outside);
        directory("steer-upload-12");
        Files.writeString(directory("steer-upload-13").resolve(RunLock.NAME), "somebody's own");
        Files.writeString(directory("steer-upload-x4").resolve(RunLock.NAME), OWNER);
        Files.writeString(outside.resolve(RunLock.NAME), OWNER);
        Files.createSymbolicLink(parent.resolve("steer-upload-15"), outside);
        try (UploadScratch running = new UploadScratch(parent)) {
            Path used =
                    running.during("a", new byte[1], file -> file.getParent().getParent());
            try (UploadScratch next = new UploadScratch(parent)) {
                assertEquals("b", next.during("b", new byte[1], file -> file.getFileName()
                        .toString()));
                assertTrue(Files.exists(used), "a server that runs keeps its own");
                assertFalse(Files.exists(killed));
                assertTrue(Files.exists(outside.resolve("7").resolve("mine")), "links are not followed");
                for (String kept :
                        List.of("steer-upload-12", "steer-upload-13", "steer-upload-x4", "steer-upload-15")) {
                    assertTrue(names().contains(kept), kept + " of " + names());
                }
            }
        }
    }

    @Test
    void theDirectoryIsMadeAnewWhereSomebodyDeletedIt() throws Exception {
        try (UploadScratch scratch = new UploadScratch(parent)) {
            Path first =
                    scratch.during("a", new byte[1], file -> file.getParent().getParent());
            Files.delete(first.resolve(RunLock.NAME));
            Files.delete(first);
            assertEquals("a", scratch.during("a", new byte[1], file -> file.getFileName()
                    .toString()));
        }
        assertEquals(List.of(), names());
        UploadScratch ended = new UploadScratch(parent);
        ended.close();
        assertThrows(IOException.class, () -> ended.during("a", new byte[1], Path::getParent));
    }
}
