package dev.steering.server.vectors;

import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.IoReason;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.server.http.HttpError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The vectors that requests name: those that the server was started with, which stay as they are, and those that were uploaded, in memory or in a
 * directory, where a name is a file. A file is looked at before it gets its place, which it gets in one step: a vector is there as a whole or not
 * at all, whenever the process ends. Thread-safe.
 */
public final class VectorStore implements AutoCloseable {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    private static final String ENDING = ".vector";

    private final @Nullable Path directory;
    private final int layers;
    private final int most;
    private final Map<String, StoredVector> vectors = new TreeMap<>();
    private final AtomicLong versions = new AtomicLong();
    private final UploadScratch scratch = UploadScratch.ofSystem();
    /** Held while a file gets or loses its place, which nobody who asks for a vector waits for. */
    private final Object changing = new Object();

    /**
     * @param directory where uploads are kept; null for in memory only
     * @param layers number of layers of the models; 0 where they differ
     * @param most most vectors
     * @throws BadFile if the directory cannot be used, or holds a file under a vector's name that is none
     */
    public VectorStore(@Nullable Path directory, int layers, int most) {
        this.directory = directory;
        this.layers = layers;
        this.most = most;
        if (directory != null) {
            load(directory);
        }
    }

    private void load(Path from) {
        try {
            Files.createDirectories(from);
            List<Path> all;
            try (Stream<Path> entries = Files.list(from)) {
                all = entries.sorted().toList();
            }
            for (Path file : all) {
                String half = AtomicFiles.nameOf(file);
                if (half != null && half.endsWith(ENDING)) {
                    AtomicFiles.deleteAbandoned(file.resolveSibling(half));
                }
            }
            for (Path file : all) {
                if (!file.toString().endsWith(ENDING)) {
                    continue;
                }
                String name = file.getFileName().toString().replaceFirst("\\.vector$", "");
                requireName(name);
                vectors.put(name, opened(name, file, false));
            }
        } catch (IOException e) {
            throw new BadFile("Cannot keep vectors in " + from + ": " + IoReason.of(e), e);
        }
    }

    private StoredVector opened(String name, Path file, boolean kept) {
        VectorFiles.Opened opened = VectorFiles.open(file, layers, ReadingOptions.NONE);
        return new StoredVector(name, opened.vector(), kept, versions.incrementAndGet(), opened.remarks());
    }

    private static void requireName(String name) {
        if (!name.matches(NAME)) {
            throw new BadRequest(
                    "A vector cannot be called '" + name
                            + "': a name has 1 to 64 letters, digits, points, hyphens and underscores, and begins with a letter or digit.");
        }
    }

    /**
     * @param name what requests call it; it stays for as long as the server runs
     * @param file a vector's file, of whatever tool
     * @throws dev.steering.core.SteeringException if it is none, or the name is taken or cannot be one
     */
    public synchronized void keep(String name, Path file) {
        requireName(name);
        if (vectors.containsKey(name)) {
            throw new BadRequest("Two vectors are called " + name + ": choose another name for one of them.");
        }
        vectors.put(name, opened(name, file, true));
    }

    /** @return all, by name */
    public synchronized Collection<StoredVector> all() {
        return List.copyOf(vectors.values());
    }

    /**
     * @param name a name
     * @return the vector of that name
     * @throws HttpError with status 404 if there is none
     */
    public synchronized StoredVector get(String name) {
        StoredVector vector = vectors.get(name);
        if (vector == null) {
            String names =
                    vectors.isEmpty() ? "There is none yet." : "There are " + String.join(", ", vectors.keySet()) + ".";
            throw new HttpError(
                    404, "vector_not_found", "steering.vector", "There is no vector of that name. " + names);
        }
        return vector;
    }

    /**
     * @param name a name
     * @param bytes a vector's file, of whatever tool
     * @param replace whether one of that name is replaced
     * @return the vector
     * @throws HttpError with status 409 if one of that name is there and is not to be or cannot be replaced, 507 if there are too many or it could not be kept
     * @throws dev.steering.core.SteeringException if it is no vector's file, or the name cannot be one
     */
    public StoredVector put(String name, byte[] bytes, boolean replace) {
        requireName(name);
        requirePlace(name, replace);
        // Nobody waits for the look at it.
        StoredVector added = checked(name, bytes);
        synchronized (changing) {
            requirePlace(name, replace);
            if (directory != null) {
                keep(file(directory, name), bytes);
            }
            synchronized (this) {
                vectors.put(name, added);
            }
        }
        return added;
    }

    private static void keep(Path file, byte[] bytes) {
        try {
            AtomicFiles.write(file, out -> out.write(bytes));
        } catch (SteeringException e) {
            throw new HttpError(
                    507,
                    "upload_not_kept",
                    null,
                    "The vector could not be kept: the server's directory for uploads takes no file. Nothing was changed.");
        }
    }

    private synchronized void requirePlace(String name, boolean replace) {
        StoredVector before = vectors.get(name);
        if (before != null && (before.kept() || !replace)) {
            throw new HttpError(
                    409,
                    "vector_exists",
                    "name",
                    before.kept()
                            ? "The vector '" + name
                                    + "' belongs to the server and cannot be replaced: choose another name."
                            : "There is a vector '" + name + "' already: replace it with PUT, or choose another name.");
        }
        if (before == null && vectors.size() >= most) {
            throw new HttpError(
                    507,
                    "too_many_vectors",
                    null,
                    "There are " + most + " vectors, which is the limit: delete one first.");
        }
    }

    /** Read from a file of its own first, which is gone before anybody can ask for the vector. */
    private StoredVector checked(String name, byte[] bytes) {
        try {
            return scratch.during(name, bytes, file -> {
                try {
                    return opened(name, file, false);
                } catch (BadFile e) {
                    throw new BadFile(unplaced(e, file, name), e);
                } catch (BadRequest e) {
                    throw new BadRequest(unplaced(e, file, name), e);
                }
            });
        } catch (IOException e) {
            throw new HttpError(
                    507,
                    "upload_not_kept",
                    null,
                    "The vector could not be looked at: the server's directory for temporary files takes no file. Nothing was changed.");
        }
    }

    /** The place of a file on this machine is nothing to a client. */
    private static String unplaced(Exception e, Path file, String name) {
        return String.valueOf(e.getMessage()).replace(file.toString(), "the upload " + name);
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(Path directory, String name) {
        return directory.resolve(name + ENDING);
    }

    /**
     * @param name a name
     * @throws HttpError with status 404 if there is no vector of that name, 409 if it belongs to the server
     */
    public void delete(String name) {
        synchronized (changing) {
            if (get(name).kept()) {
                throw new HttpError(
                        409,
                        "vector_kept",
                        "name",
                        "The vector '" + name + "' belongs to the server and cannot be deleted.");
            }
            if (directory != null) {
                delete(file(directory, name));
            }
            synchronized (this) {
                vectors.remove(name);
            }
        }
    }

    /** Nothing more can be uploaded. */
    @Override
    public void close() {
        scratch.close();
    }
}
