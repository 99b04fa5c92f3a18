package dev.steering.core.bundle;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** Whether a manifest's sizes can be true: memory is taken by them before a weight is read. */
final class BundleSizes {
    /** Two bits a weight are the least that anybody stores. */
    private static final long WEIGHTS_PER_BYTE = 4;

    /** For graphs that make weights of a few constants. */
    private static final long SLACK = 1 << 22;

    private BundleSizes() {}

    static void require(Bundle bundle) {
        BundleManifest manifest = bundle.manifest();
        long values = (long) manifest.hidden() * Math.max(manifest.layers(), manifest.vocabulary());
        if (values <= SLACK) {
            return;
        }
        long most = SLACK + WEIGHTS_PER_BYTE * bytes(bundle.directory());
        require(bundle, "hidden", manifest.hidden(), most);
        require(bundle, "layers", manifest.layers(), most / manifest.hidden());
        require(bundle, "vocabulary", manifest.vocabulary(), most / manifest.hidden());
    }

    private static void require(Bundle bundle, String key, int value, long most) {
        if (value > most) {
            throw new BadFile(bundle.directory().resolve(Bundle.MANIFEST) + " is damaged: " + key + " is " + value
                    + ", but the files of the bundle have room for " + most + " at most. Export the model again.");
        }
    }

    private static long bytes(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(BundleSizes::size)
                    .sum();
        } catch (UncheckedIOException e) {
            throw unreadable(directory, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    private static BadFile unreadable(Path directory, IOException e) {
        return new BadFile("Cannot read the bundle " + directory + ": " + IoReason.of(e) + ".", e);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
