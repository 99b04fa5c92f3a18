package dev.steering.export.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
    @TempDir
    private Path directory;

    /** Makes one with a file in it, says so and waits to be interrupted. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            try (WorkDirectory work = WorkDirectory.in(Path.of(args[0]), ".work.")) {
                Files.writeString(work.path().resolve("file"), "half");
                System.out.println("ready");
                Thread.sleep(TimeUnit.MINUTES.toMillis(1));
            }
        }
    }

    @Test
    void closingDeletesItWithAllThatIsInIt() throws IOException {
        Path path;
        try (WorkDirectory work = WorkDirectory.in(directory, ".work.")) {
            path = work.path();
            Files.writeString(
                    Files.createDirectories(path.resolve("a").resolve("b")).resolve("c"), "d");
            assertTrue(path.getFileName().toString().startsWith(".work."));
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void anInterruptedProcessLeavesNothing() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Waiting.class.getName(),
                directory.toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertEquals(
                    "ready",
                    process.inputReader(java.nio.charset.StandardCharsets.UTF_8).readLine());
            assertEquals(1, entries());
            process.toHandle().destroy();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, entries());
        } finally {
            process.destroyForcibly();
        }
    }

    private long entries() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }
}
