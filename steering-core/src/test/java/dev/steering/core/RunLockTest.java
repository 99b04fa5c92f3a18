package dev.steering.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
    @TempDir
    private Path directory;

    /** Takes a lock, says so and waits to be killed; or says why not. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws InterruptedException {
            try (RunLock lock = RunLock.of(Path.of(args[0]))) {
                System.out.println("held");
                Thread.sleep(TimeUnit.MINUTES.toMillis(2));
                lock.requireInPlace();
            } catch (SteeringException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static Process holder(Path directory) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Holder.class.getName(),
                directory.toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static String line(Process process) throws IOException {
        return process.inputReader(UTF_8).readLine();
    }

    private static String refusal(Path place) {
        return assertThrows(BadFile.class, () -> RunLock.of(place)).getMessage();
    }

    @Test
    void anotherProcessIsNamedAndItsDeathFreesTheDirectory() throws IOException, InterruptedException {
        Process process = holder(directory);
        try {
            assertEquals("held", line(process));
            assertEquals(
                    directory + " is in use by another run, process " + process.pid()
                            + ". Wait until that has ended, end it, or choose another place for this one.",
                    refusal(directory));
            // Asking does not take the lock away from it.
            assertTrue(refusal(directory).contains("process " + process.pid()));
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertTrue(Files.exists(directory.resolve(RunLock.NAME)), "the killed process leaves its file");
        RunLock.of(directory).close();
        assertFalse(Files.exists(directory.resolve(RunLock.NAME)));
    }

    /** A POSIX lock is gone when its process closes any channel of the file; so nobody here opens the lock's file again. */
    @Test
    void theLockOutlivesWhateverElseItsProcessOpensThere() throws IOException, InterruptedException {
        try (RunLock lock = RunLock.of(directory)) {
            Files.writeString(directory.resolve("answers.jsonl"), "x");
            assertEquals("x", Files.readString(directory.resolve("answers.jsonl")));
            assertTrue(refusal(directory)
                    .contains("of this very process, " + ProcessHandle.current().pid()));
            assertNull(RunLock.ofAbandoned(directory));
            Process process = holder(directory);
            assertTrue(
                    line(process).contains("process " + ProcessHandle.current().pid() + "."));
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            lock.requireInPlace();
        }
    }

    @Test
    void ofManyThreadsOneHasIt() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        Path link = Files.createSymbolicLink(directory.resolveSibling(directory.getFileName() + "-link"), directory);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Path place = i % 2 == 0 ? directory : link;
                Callable<Boolean> attempt = () -> {
                    try (RunLock lock = RunLock.of(place)) {
                        boolean alone = inside.incrementAndGet() == 1;
                        lock.requireInPlace();
                        inside.decrementAndGet();
                        return alone;
                    } catch (BadFile refused) {
                        return true;
                    }
                };
                all.add(threads.submit(attempt));
            }
            for (Future<Boolean> one : all) {
                assertTrue(one.get());
            }
        } finally {
            threads.shutdownNow();
            Files.delete(link);
        }
        RunLock.of(directory).close();
    }

    @Test
    void aDirectoryThatIsGoneOrReplacedIsNoticed() throws IOException {
        Path run = Files.createDirectory(directory.resolve("run"));
        try (RunLock lock = RunLock.of(run)) {
            Files.delete(run.resolve(RunLock.NAME));
            Files.delete(run);
            assertTrue(assertThrows(BadFile.class, lock::requireInPlace)
                    .getMessage()
                    .startsWith(run + " was deleted, moved or emptied while the run was writing to it"));
            Files.createDirectory(run);
            assertThrows(BadFile.class, lock::requireInPlace);
        }
    }

    @Test
    void onlyWhatCarriesOurMarkIsAbandoned() throws IOException, InterruptedException {
        assertNull(RunLock.ofAbandoned(directory));
        Files.writeString(directory.resolve(RunLock.NAME), "somebody else's\n");
        assertNull(RunLock.ofAbandoned(directory));
        Files.delete(directory.resolve(RunLock.NAME));
        Process process = holder(directory);
        assertEquals("held", line(process));
        assertNull(RunLock.ofAbandoned(directory));
        process.destroyForcibly().waitFor();
        RunLock abandoned = RunLock.ofAbandoned(directory);
        assertNotNull(abandoned);
        abandoned.close();
    }

    @Test
    void filesAreLockedBesideThem() {
        Path file = directory.resolve("a.tuning");
        try (RunLock lock = RunLock.beside(file);
                RunLock other = RunLock.beside(directory.resolve("b.tuning"))) {
            String message =
                    assertThrows(BadFile.class, () -> RunLock.beside(file)).getMessage();
            assertTrue(message.startsWith(file + " is in use by another run"), message);
            lock.requireInPlace();
            other.requireInPlace();
        }
    }

    @Test
    void aPlaceThatIsNotThereIsSaidSo() {
        String message = refusal(directory.resolve("missing"));
        assertTrue(message.startsWith("Cannot keep " + directory.resolve("missing") + " for this run: "), message);
    }
}
