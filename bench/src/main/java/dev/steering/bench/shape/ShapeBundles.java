package dev.steering.bench.shape;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.ProgressListener;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.Precision;
import dev.steering.export.bundle.WorkDirectory;
import dev.steering.export.quantization.Quantization;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.CodeSource;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of bundles with random weights, each made when it is first wanted and used again from then on. One that is older
 * than the exporter is made again, so that it is always the present exporter's graph that is timed. How weights are rounded is part of
 * a bundle's name: a release may be older than a bundle that the one before it made. Several processes may use the same directory.
 */
public final class ShapeBundles {
    private static final long SEED = 1;

    /** How the names of work directories begin. */
    private static final String WORK = ".steering-bench-work-";

    private final Path directory;
    private final ProgressListener progress;

    /**
     * @param directory where the bundles are; created if need be
     * @param progress told how far the making of one has come
     */
    public ShapeBundles(Path directory, ProgressListener progress) {
        this.directory = directory;
        this.progress = progress;
    }

    /** @return {@code steering/bench} where the user's caches are on this system */
    public static Path defaultDirectory() {
        String windows = System.getenv("LOCALAPPDATA");
        String named = System.getenv("XDG_CACHE_HOME");
        Path caches = named != null && !named.isBlank()
                ? Path.of(named)
                : windows != null && !windows.isBlank()
                        ? Path.of(windows)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return caches.resolve("steering").resolve("bench");
    }

    /**
     * @param shape sizes
     * @param precision what it computes in
     * @return where its bundle is or will be
     */
    public Path path(ModelShape shape, Precision precision) {
        String name = shape.name() + "-" + precision.name().toLowerCase(Locale.ROOT);
        Quantization how = options(precision).quantization();
        return directory.resolve(
                how == null
                        ? name
                        : name + "-" + how.blockSize() + "-"
                                + how.scales().name().toLowerCase(Locale.ROOT));
    }

    /**
     * @param shape sizes
     * @param precision what it computes in
     * @return its bundle, made if it is not there yet
     * @throws SteeringException if it cannot be made
     */
    public Bundle get(ModelShape shape, Precision precision) {
        Path path = path(shape, precision);
        return isCurrent(path) ? Bundle.open(path) : make(shape, options(precision), path);
    }

    private ExportOptions options(Precision precision) {
        return ExportOptions.defaults().withPrecision(precision).withProgress(progress);
    }

    private Bundle make(ModelShape shape, ExportOptions options, Path path) {
        try {
            Files.createDirectories(directory);
            String prefix = WORK + shape.name() + "-";
            WorkDirectory.deleteAbandoned(directory, prefix);
            try (WorkDirectory work = WorkDirectory.in(directory, prefix)) {
                Path checkpoint = Files.createDirectory(work.path().resolve(shape.name()));
                RandomCheckpoint.write(shape, SEED, checkpoint, progress);
                // Linked, the weights outlive the checkpoint.
                return CheckpointExporter.export(checkpoint, path, options);
            }
        } catch (IOException e) {
            throw new BadFile(
                            "Cannot write to the cache " + directory + ": " + IoReason.of(e)
                                    + ". Choose another directory.",
                            e)
                    .withRemedy(Remedy.CHOOSE_CACHE);
        }
    }

    private static boolean isCurrent(Path bundle) {
        Path manifest = bundle.resolve(Bundle.MANIFEST);
        try {
            FileTime exporter = exporterTime();
            return Files.isRegularFile(manifest)
                    && (exporter == null || Files.getLastModifiedTime(manifest).compareTo(exporter) > 0);
        } catch (IOException e) {
            return false;
        }
    }

    /** When the exporter was put where it is; null if that cannot be known. */
    private static @Nullable FileTime exporterTime() throws IOException {
        CodeSource source = CheckpointExporter.class.getProtectionDomain().getCodeSource();
        try {
            return source == null || source.getLocation() == null
                    ? null
                    : newest(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /**
     * @param code a jar, or a directory of classes, which has not changed itself when one of them has
     * @return when something there was last changed, or put there: an installed jar is as old as its build
     */
    static FileTime newest(Path code) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        try (Stream<Path> files = Files.walk(code)) {
            for (Path file : files.toList()) {
                FileTime changed = changed(file);
                newest = changed.compareTo(newest) > 0 ? changed : newest;
            }
        }
        return newest;
    }

    private static FileTime changed(Path file) throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        FileTime placed = file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? (FileTime) Files.getAttribute(file, "unix:ctime")
                : Files.readAttributes(file, BasicFileAttributes.class).creationTime();
        return placed.compareTo(modified) > 0 ? placed : modified;
    }
}
