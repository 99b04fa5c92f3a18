package dev.steering.core;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a file's content is collected until it is whole: a hidden file beside it, {@code .name.steering-xxxxxxxx.tmp}, which is gone
 * when this is closed. It is held while it is written, so that what a killed process leaves behind can be told from what another one
 * is writing.
 */
final class TemporaryFile implements AutoCloseable {
    private static final String MARK = ".steering-";
    private static final int TOKEN = 8;
    private static final int ATTEMPTS = 10;
    private static final Pattern OURS =
            Pattern.compile("\\.(.+)" + Pattern.quote(MARK) + "[0-9a-f]{" + TOKEN + "}\\.tmp", Pattern.DOTALL);

    private final HeldFile held;

    private TemporaryFile(HeldFile held) {
        this.held = held;
    }

    static TemporaryFile beside(Path target) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            String token = UUID.randomUUID().toString().substring(0, TOKEN);
            HeldFile held = HeldFile.create(target.resolveSibling("." + target.getFileName() + MARK + token + ".tmp"));
            // Else somebody who cleans up has found it before it was locked, and deletes it.
            if (held != null) {
                return new TemporaryFile(held);
            }
        }
        throw new IOException("temporary files are deleted as soon as they are made");
    }

    FileChannel channel() {
        return held.channel();
    }

    Path path() {
        return held.path();
    }

    /** Renames it; the target is the old file until then and the new one afterwards. */
    void moveTo(Path target) throws IOException {
        held.moveTo(target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        held.close();
    }

    /** The name of the target; null if it is none of ours. */
    static @Nullable String nameOf(Path temporary) {
        Matcher matcher = OURS.matcher(String.valueOf(temporary.getFileName()));
        return matcher.matches() ? matcher.group(1) : null;
    }

    /**
     * Deletes what killed processes have left of this target. Only where a file can be renamed while it is locked: elsewhere one that
     * is about to be renamed could not be told from one that nobody will.
     */
    static void deleteAbandoned(Path target) {
        if (File.separatorChar != '/') {
            return;
        }
        String name = String.valueOf(target.getFileName());
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(
                target.toAbsolutePath().resolveSibling("."),
                entry -> name.equals(nameOf(entry)) && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS))) {
            entries.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            // Cleaning up is a favour: what is asked for is the writing.
        }
        for (Path file : found) {
            try {
                HeldFile held = HeldFile.open(file);
                if (held != null) {
                    // Which deletes it.
                    held.close();
                }
            } catch (IOException e) {
                // As above.
            }
        }
    }
}
