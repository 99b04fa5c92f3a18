package dev.steering.bench.shape;

import dev.steering.export.bundle.WorkDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Half-made checkpoints of processes that were killed. A user may choose any directory as the cache: nothing is deleted but what
 * has our name, is a day old, and holds nothing but a checkpoint's two files or parts of them.
 */
final class AbandonedWork {
    /** How the names of our work directories begin. */
    static final String PREFIX = ".steering-bench-work-";

    /** A work directory that is older was abandoned: making a model never takes so long. */
    private static final Duration AGE = Duration.ofDays(1);

    private static final Pattern OURS =
            Pattern.compile("config\\.json|model\\.safetensors|\\.(config\\.json|model\\.safetensors)\\.[^.]+\\.tmp");

    private AbandonedWork() {}

    /**
     * @param cache a directory
     * @throws IOException if it cannot be read
     */
    static void delete(Path cache) throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(AGE));
        for (Path work : entries(cache)) {
            if (work.getFileName().toString().startsWith(PREFIX)
                    && isDirectory(work)
                    && Files.getLastModifiedTime(work).compareTo(old) < 0
                    && isOurs(work)) {
                WorkDirectory.delete(work);
            }
        }
    }

    private static boolean isOurs(Path work) throws IOException {
        List<Path> checkpoints = entries(work);
        if (checkpoints.isEmpty()) {
            return true;
        }
        return checkpoints.size() == 1
                && isDirectory(checkpoints.get(0))
                && entries(checkpoints.get(0)).stream()
                        .allMatch(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                                && OURS.matcher(file.getFileName().toString()).matches());
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static List<Path> entries(Path directory) throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(all::add);
        }
        return all;
    }
}
