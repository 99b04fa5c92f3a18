package dev.steering.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a directory or a file to one run at a time, in this process and among all processes of the machine.
 *
 * <p>The lock is a hidden file of its own that nothing else opens, {@value #NAME} in a directory or {@code .name.lock} beside a file,
 * with the process id of its holder. It is deleted when the lock is closed. What a killed process leaves behind blocks nobody: the
 * system has taken the lock away with the process. Thread-safe.
 */
public final class RunLock implements AutoCloseable {
    /** Name of the lock file of a directory. */
    public static final String NAME = ".steering.lock";

    /** How often who holds the lock is asked for, a hundredth of a second apart. */
    private static final int TIMES_ASKED = 100;

    private static final String OWNER = "held by a steering run, process ";
    private static final Pattern PROCESS = Pattern.compile(Pattern.quote(OWNER) + "(\\d{1,18})\\s*");
    private static final int LONGEST_CONTENT = 100;

    private final Path place;
    private final HeldFile file;

    private RunLock(Path place, HeldFile file) {
        this.place = place;
        this.file = file;
    }

    /**
     * @param directory an existing directory
     * @return the lock
     * @throws BadFile naming the process if another run has it, or if the lock file cannot be made
     */
    public static RunLock of(Path directory) {
        return take(directory, directory.resolve(NAME));
    }

    /**
     * @param file a file that need not be there; its directory must be
     * @return the lock
     * @throws BadFile naming the process if another run has it, or if the lock file cannot be made
     */
    public static RunLock beside(Path file) {
        return take(file, file.resolveSibling("." + file.getFileName() + ".lock"));
    }

    private static RunLock take(Path place, Path lock) {
        HeldFile held = null;
        try {
            held = HeldFile.createOrOpen(lock);
            if (held == null) {
                throw new BadFile(place + " is in use by another run, " + owner(lock)
                        + ". Wait until that has ended, end it, or choose another place for this one.");
            }
            byte[] owner = (OWNER + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            held.channel().truncate(0);
            held.channel().write(ByteBuffer.wrap(owner));
            RunLock taken = new RunLock(place, held);
            held = null;
            return taken;
        } catch (IOException e) {
            throw new BadFile(
                    "Cannot keep " + place + " for this run: " + IoReason.of(e)
                            + ". Choose a place that may be written to and has room.",
                    e);
        } finally {
            if (held != null) {
                held.close();
            }
        }
    }

    private static String owner(Path lock) {
        if (HeldFile.isHeldHere(lock)) {
            return "of this very process, " + ProcessHandle.current().pid();
        }
        Long process = process(lock);
        // Between taking the lock and naming itself a process needs some microseconds, or as long as a busy machine
        // lets it wait.
        for (int asked = 1; process == null && asked < TIMES_ASKED; asked++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            process = process(lock);
        }
        return process == null ? "of a process that is just beginning" : "process " + process;
    }

    /** Whom a lock file names; null if it is none of ours, or held by this process. */
    private static @Nullable Long process(Path lock) {
        try {
            String content = Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)
                    ? HeldFile.beginning(lock, LONGEST_CONTENT)
                    : null;
            Matcher matcher = PROCESS.matcher(content == null ? "" : content);
            return matcher.matches() ? Long.valueOf(matcher.group(1)) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Takes over what a killed run has left, to delete it.
     *
     * @param directory a directory
     * @return its lock, if a run had locked it and then died: it carries our lock file, and nobody holds that; else null
     */
    public static @Nullable RunLock ofAbandoned(Path directory) {
        Path lock = directory.resolve(NAME);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || process(lock) == null) {
            return null;
        }
        try {
            HeldFile held = HeldFile.open(lock);
            return held == null ? null : new RunLock(directory, held);
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * @throws BadFile if the directory, or the directory of the file, was deleted, moved or replaced since the lock was taken: what
     *     was written there is lost
     */
    public void requireInPlace() {
        if (!file.isInPlace()) {
            throw new BadFile(
                    place + " was deleted, moved or emptied while the run was writing to it: what the run had written"
                            + " is lost. Leave it alone and run again.");
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
