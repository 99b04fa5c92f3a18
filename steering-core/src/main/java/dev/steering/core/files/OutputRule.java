package dev.steering.core.files;

import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a result may go: never over an input of the same work, never into a bundle, never over a file of another kind unless that was
 * asked for, and no directory where a file is expected. Asked before the work begins. Files are the same if the system says so,
 * whatever names and links lead to them. Immutable and thread-safe.
 *
 * @param inputs what the work reads
 * @param force whether files of another kind may be replaced
 */
public record OutputRule(List<Path> inputs, boolean force) {
    /** For work whose inputs are no files: nothing of another kind is replaced. */
    public static final OutputRule STANDARD = new OutputRule(List.of(), false);

    public OutputRule {
        inputs = List.copyOf(inputs);
    }

    /**
     * @param more what the work reads as well
     * @return a copy that knows it
     */
    public OutputRule withInputs(Collection<Path> more) {
        List<Path> all = new ArrayList<>(inputs);
        all.addAll(more);
        return new OutputRule(all, force);
    }

    /**
     * @param newForce whether files of another kind may be replaced
     * @return a copy that does so or not
     */
    public OutputRule withForce(boolean newForce) {
        return new OutputRule(inputs, newForce);
    }

    /**
     * @param file a file that will be written
     * @param kind what will be in it
     * @throws SteeringException if it must not be written, or cannot be
     */
    public void requireFile(Path file, FileMark kind) {
        AtomicFiles.requireTarget(file);
        requireNoInput(file);
        requireOutsideBundles(file, parent(file));
        if (!force && Files.isRegularFile(file) && !AtomicFiles.isStream(file) && !kind.recognises(file)) {
            throw new BadRequest("cannot write " + kind.words() + " to " + file + ": it holds something else, "
                            + FileMark.describe(file) + ", which would be lost. Choose another name.")
                    .withRemedy(Remedy.OVERWRITE);
        }
    }

    /**
     * @param directory a directory that will be made, or be written into
     * @param names files that will be written there
     * @throws SteeringException if it must not be written to, or cannot be
     */
    public void requireDirectory(Path directory, Collection<String> names) {
        requireNoFile(directory);
        requireOutsideBundles(directory, directory);
        names.forEach(name -> requireNoInput(directory.resolve(name)));
        requireWritable(directory);
    }

    /**
     * @param bundle a directory that will be replaced as a whole
     * @throws SteeringException if it must not be replaced
     */
    public void requireBundle(Path bundle) {
        requireNoFile(bundle);
        requireOutsideBundles(bundle, parent(bundle));
        for (Path input : inputs) {
            Path real = real(input);
            if (Files.exists(bundle) && real.startsWith(real(bundle))) {
                throw new BadRequest("cannot write the bundle " + bundle + ": " + input
                        + ", which it is made of, lies there and would be replaced. Choose another directory.");
            }
        }
        // It is put in its place by its parent.
        requireWritable(bundle.toAbsolutePath().normalize().resolveSibling("."));
    }

    private static void requireNoFile(Path directory) {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new BadFile(
                    "cannot write to " + directory + ": it is a file, expected a directory. Choose another name.");
        }
    }

    private static void requireWritable(Path directory) {
        Path there = existing(directory);
        if (!Files.isDirectory(there)) {
            throw new BadFile("cannot make the directory " + directory.normalize() + ": " + there
                    + " is a file. Choose another place.");
        }
        if (!Files.isWritable(there)) {
            throw new BadFile("cannot write to " + directory.normalize() + ": no permission to write in " + there
                    + ". Choose another directory or change its permissions.");
        }
    }

    private void requireNoInput(Path file) {
        for (Path input : inputs) {
            if (isSame(file, input)) {
                String named = file.equals(input) ? "" : ", given as " + input;
                throw new BadRequest("cannot write to " + file + ": it is also read by the same command" + named
                        + ", and would be replaced. Choose another name.");
            }
        }
    }

    private static boolean isSame(Path file, Path input) {
        try {
            return Files.exists(file) && Files.exists(input) && !isDevice(file) && Files.isSameFile(file, input);
        } catch (IOException e) {
            return file.toAbsolutePath()
                    .normalize()
                    .equals(input.toAbsolutePath().normalize());
        }
    }

    /** A pipe or a device may well be read and written: nothing is replaced. */
    private static boolean isDevice(Path file) {
        return !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    private static void requireOutsideBundles(Path target, @Nullable Path start) {
        Path place = start == null ? null : real(start);
        for (; place != null; place = place.getParent()) {
            if (Bundle.isComplete(place)) {
                throw new BadRequest("cannot write " + target + ": that is inside the model bundle " + place
                        + ", which holds its own files only. Choose a place outside it.");
            }
        }
    }

    /** With all links followed, as far as it is there. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path there = existing(absolute);
        try {
            return there.toRealPath().resolve(there.relativize(absolute)).normalize();
        } catch (IOException e) {
            return absolute;
        }
    }

    /**
     * @param path a path, of which the end may be missing
     * @return it, or the nearest directory above it that is there
     */
    public static Path existing(Path path) {
        Path there = path.toAbsolutePath().normalize();
        for (Path parent = there.getParent(); !Files.exists(there) && parent != null; parent = there.getParent()) {
            there = parent;
        }
        return there;
    }

    private static @Nullable Path parent(Path file) {
        return real(file).getParent();
    }
}
