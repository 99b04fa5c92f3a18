package dev.steering.server.vectors;

import dev.steering.core.RunLock;
import dev.steering.core.files.LockedTree;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where uploads are files for as long as they are looked at: a directory of this server's own, made when the first upload comes and gone when
 * the server ends. It carries a {@link RunLock}, by which one that a killed server has left is told from one in use, and deleted by the next.
 * Thread-safe.
 */
final class UploadScratch implements AutoCloseable {
    private static final String PREFIX = "steer-upload-";
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    private final Path parent;
    private @Nullable Path directory;
    private @Nullable RunLock lock;
    private boolean closed;

    /** @param parent where directories for temporary files are made */
    UploadScratch(Path parent) {
        this.parent = parent;
        deleteAbandoned();
    }

    /** Where this machine keeps temporary files. */
    static UploadScratch ofSystem() {
        return new UploadScratch(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * @param name the file's name
     * @param bytes its content
     * @param look what is made of it; the file is gone afterwards
     * @return that
     * @throws IOException if there is no place for it
     */
    <T> T during(String name, byte[] bytes, Function<Path, T> look) throws IOException {
        Path own = Files.createTempDirectory(directory(), "");
        try {
            Path file = own.resolve(name);
            Files.write(file, bytes);
            return look.apply(file);
        } finally {
            delete(own);
        }
    }

    private synchronized Path directory() throws IOException {
        if (closed) {
            throw new IOException("the server has ended");
        }
        Path made = directory;
        if (made == null || !Files.isDirectory(made)) {
            release();
            made = Files.createTempDirectory(parent, PREFIX);
            directory = made;
            lock = RunLock.of(made);
        }
        return made;
    }

    /** Only directories of the same user that carry our lock, which nobody holds any more. */
    private void deleteAbandoned() {
        for (Path left : left()) {
            try (RunLock abandoned = RunLock.ofAbandoned(left)) {
                if (abandoned != null) {
                    delete(left);
                }
            }
        }
    }

    private List<Path> left() {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path entry : entries) {
                String digits = String.valueOf(entry.getFileName()).substring(PREFIX.length());
                if (DIGITS.matcher(digits).matches() && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(entry);
                }
            }
            if (!found.isEmpty()) {
                UserPrincipal user = user();
                found.removeIf(entry -> !user.equals(owner(entry)));
            }
            return found;
        } catch (IOException | DirectoryIteratorException | UnsupportedOperationException e) {
            // Cleaning up is a favour: what is asked for is the serving.
            return List.of();
        }
    }

    /** Who owns what this process makes. */
    private UserPrincipal user() throws IOException {
        Path probe = Files.createTempDirectory(parent, "steer-");
        try {
            return Files.getOwner(probe);
        } finally {
            Files.delete(probe);
        }
    }

    private static @Nullable UserPrincipal owner(Path entry) {
        try {
            return Files.getOwner(entry, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return null;
        }
    }

    private static void delete(Path tree) {
        try {
            LockedTree.delete(tree);
        } catch (IOException e) {
            // The next server tries again.
        }
    }

    private void release() {
        if (lock != null) {
            lock.close();
            lock = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (directory != null) {
            delete(directory);
        }
        release();
    }
}
