package dev.steering.core;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that says by its lock that its maker is alive: the system takes the lock away when the process ends, however it ends.
 *
 * <p>On POSIX systems a process loses its lock as soon as it closes <em>any</em> channel of the file. So a held file is never opened
 * a second time here: what this process holds is known by name, and asking for it opens nothing. Only a holder deletes such a file.
 */
final class HeldFile implements AutoCloseable {
    /** Far behind the content, which stays readable where locks are mandatory. */
    private static final long LOCKED_BYTE = 1L << 40;

    private static final int ATTEMPTS = 100;
    private static final boolean POSIX = File.separatorChar == '/';
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;
    private final @Nullable Object key;

    private HeldFile(Path path, FileChannel channel, @Nullable Object key) {
        this.path = path;
        this.channel = channel;
        this.key = key;
    }

    /**
     * Makes a new file and holds it. A file system that knows no locks gives one that is not locked.
     *
     * @param path where nothing is yet
     * @return the file; null if something was there, or somebody was quicker
     * @throws IOException if it cannot be made
     */
    static @Nullable HeldFile create(Path path) throws IOException {
        return take(path, Kind.NEW_IF_NEED_BE_UNLOCKED);
    }

    /**
     * Holds a file that is there.
     *
     * @param path a file
     * @return the file; null if it is gone or somebody else holds it
     * @throws IOException if it cannot be opened
     */
    static @Nullable HeldFile open(Path path) throws IOException {
        return take(path, Kind.FOUND);
    }

    /**
     * Holds a file, made if it is missing.
     *
     * @param path a file
     * @return the file; null if somebody else holds it
     * @throws IOException if it can be neither made nor opened
     */
    static @Nullable HeldFile createOrOpen(Path path) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (isHeldHere(path)) {
                return null;
            }
            HeldFile held = take(path, Kind.NEW);
            if (held == null && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                held = take(path, Kind.FOUND);
                if (held == null && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                    return null;
                }
            }
            if (held != null) {
                return held;
            }
        }
        throw new IOException("it comes and goes while others take it");
    }

    private enum Kind {
        NEW,
        NEW_IF_NEED_BE_UNLOCKED,
        FOUND
    }

    private static @Nullable HeldFile take(Path path, Kind kind) throws IOException {
        Path name = named(path);
        synchronized (HELD) {
            if (!HELD.add(name)) {
                return null;
            }
            HeldFile held = null;
            try {
                held = locked(name, kind);
            } catch (NoSuchFileException e) {
                if (kind != Kind.FOUND) {
                    throw e;
                }
            } catch (FileAlreadyExistsException e) {
                // Somebody else's: there is nothing to hold.
            } finally {
                if (held == null) {
                    HELD.remove(name);
                }
            }
            return held;
        }
    }

    /**
     * Reads a file that another process may hold. Nobody here can take it meanwhile: closing it again would take the lock away.
     *
     * @param path a file
     * @return its beginning, in ASCII; null if this process holds it
     * @throws IOException if it cannot be read
     */
    static @Nullable String beginning(Path path, int bytes) throws IOException {
        synchronized (HELD) {
            if (HELD.contains(named(path))) {
                return null;
            }
            try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                return new String(in.readNBytes(bytes), StandardCharsets.US_ASCII);
            }
        }
    }

    private static @Nullable HeldFile locked(Path name, Kind kind) throws IOException {
        boolean fresh = kind != Kind.FOUND;
        Object before = fresh ? null : key(name);
        FileChannel channel = fresh
                ? FileChannel.open(name, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                : FileChannel.open(name, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        boolean taken = false;
        try {
            if (!isLocked(channel, kind)) {
                return null;
            }
            // Its last holder may have deleted it between the opening and the lock: then this is a file without a name.
            Object after = key(name);
            taken = fresh || Objects.equals(before, after);
            return taken ? new HeldFile(name, channel, after) : null;
        } catch (OverlappingFileLockException | NoSuchFileException e) {
            return null;
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static boolean isLocked(FileChannel channel, Kind kind) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false) != null;
        } catch (IOException e) {
            if (kind == Kind.NEW_IF_NEED_BE_UNLOCKED) {
                return true;
            }
            throw e;
        }
    }

    /** The same file has the same name here, whatever links lead to its directory. */
    private static Path named(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path parent = Objects.requireNonNull(absolute.getParent());
        return parent.toRealPath().resolve(Objects.requireNonNull(absolute.getFileName()));
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** @return whether this process holds a file of that name */
    static boolean isHeldHere(Path path) {
        try {
            return HELD.contains(named(path));
        } catch (IOException e) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    /** Open for writing, at the beginning; whoever closes it gives the file up. */
    FileChannel channel() {
        return channel;
    }

    /** @return whether the file is still where it was made: not deleted, moved or replaced by somebody */
    boolean isInPlace() {
        try {
            return Objects.equals(key, key(path));
        } catch (IOException e) {
            return false;
        }
    }

    /** Renames it, while it is still held where the system can do that. */
    void moveTo(Path target, CopyOption option) throws IOException {
        if (!POSIX) {
            channel.close();
        }
        Files.move(path, target, option);
    }

    /** Deletes the file, if it is still where it was, and then gives it up. */
    @Override
    public void close() {
        try {
            if (!POSIX) {
                channel.close();
            }
            if (isInPlace()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // What is left over is found to be abandoned by the next one who looks.
        } finally {
            try {
                channel.close();
            } catch (IOException e) {
                // The lock goes with the process at the latest.
            }
            HELD.remove(path);
        }
    }
}
