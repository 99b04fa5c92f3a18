package dev.steering.core.prompts.rows;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.ProgressListener;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Text that can be read again and again: a file, or what came from standard input. */
final class Content {
    private final String name;
    private final @Nullable Path file;
    private final byte[] held;

    private Content(String name, @Nullable Path file, byte[] held) {
        this.name = name;
        this.file = file;
        this.held = held;
    }

    static Content of(Path file) {
        return new Content(file.toString(), file, new byte[0]);
    }

    /** Reads a stream to its end. */
    static Content of(String name, InputStream in) {
        try {
            return new Content(name, null, in.readAllBytes());
        } catch (IOException e) {
            throw new BadFile("cannot read " + name + ": " + IoReason.of(e) + ".", e);
        }
    }

    String name() {
        return name;
    }

    Utf8Reader open(ProgressListener progress) {
        if (file == null) {
            return new Utf8Reader(name, new ByteArrayInputStream(held));
        }
        try {
            return new Utf8Reader(name, Files.newInputStream(file), Files.size(file), progress);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    BadFile unreadable(IOException e) {
        return new BadFile("cannot read " + name + ": " + IoReason.of(e) + ".", e);
    }

    BadFile empty() {
        return new BadFile(name + " holds no prompts, expected at least one.");
    }

    /** A complaint about a line, an element or a record. */
    BadFile wrong(String place, String problem) {
        return new BadFile(name + ", " + place + ": " + problem);
    }
}
