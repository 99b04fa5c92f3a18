package dev.steering.fuzz;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file with arbitrary content, and what every reader owes it: a value, or a {@link SteeringException} that names the file in words
 * of a bearable length. Any other exception, an exhausted heap or stack, or a time of seconds is a failure. For one thread.
 */
public final class StrangersFile {
    /** Of this thread's work, not of the clock: a machine that is busy with other things must not fail a reader. */
    private static final long LONGEST_NANOS = 10_000_000_000L;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final int LONGEST_MESSAGE = 3000;

    /** The name of a Java class is no explanation. */
    private static final Pattern JAVA =
            Pattern.compile("\\b(java\\.(lang|util|io|nio)|com\\.(fasterxml|google))\\.[a-z.]*[A-Z]");

    private final Path directory;
    private final Path file;

    /**
     * @param directory where it lies, beside what else the reader looks at
     * @param name its name
     */
    public StrangersFile(Path directory, String name) {
        this.directory = directory;
        this.file = directory.resolve(name);
    }

    /** Reads a file or what is around it. */
    @FunctionalInterface
    public interface Reading {
        /**
         * @param file the file
         * @throws IOException never, of a reader that keeps its promise
         */
        void read(Path file) throws IOException;
    }

    /**
     * @param content what the file holds
     * @param readings the readers, each of them by itself
     */
    public void give(byte[] content, Reading... readings) {
        try {
            for (Reading reading : readings) {
                Files.write(file, content);
                read(reading);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Reading reading) throws IOException {
        long begin = THREADS.getCurrentThreadCpuTime();
        try {
            reading.read(file);
        } catch (SteeringException e) {
            requireGood(String.valueOf(e.getMessage()), e);
        }
        long spent = THREADS.getCurrentThreadCpuTime() - begin;
        if (spent > LONGEST_NANOS) {
            throw new AssertionError("reading took " + spent / 1_000_000 + " ms of work");
        }
    }

    private void requireGood(String message, SteeringException e) {
        if (!message.contains(directory.toString()) && !namesAFile(message)) {
            throw new AssertionError("the message does not name " + file.getFileName() + ": " + message, e);
        }
        if (message.length() > LONGEST_MESSAGE) {
            throw new AssertionError(
                    "a message of " + message.length() + " characters: " + message.substring(0, 500), e);
        }
        if (JAVA.matcher(message).find()) {
            throw new AssertionError("the message speaks of Java: " + message, e);
        }
    }

    /** The file, or one beside it that it is at odds with. */
    private boolean namesAFile(String message) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.anyMatch(path -> message.contains(path.getFileName().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return a directory of its own, deleted when the process ends */
    static Path newDirectory() {
        try {
            Path directory = Files.createTempDirectory("fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            // The system's temporary directory is cleared by others.
        }
    }
}
