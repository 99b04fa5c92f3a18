package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.prompts.rows.Utf8Reader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Text in strict UTF-8, of files and of standard input alike: a wrong byte is an error with its offset, never a replacement character
 * inside a prompt, and so is a NUL, which text in UTF-16 is full of. A leading byte order mark is not part of the text. Stateless.
 */
public final class Utf8Text {
    /** What standard input is called in messages. */
    public static final String STANDARD_INPUT = "standard input";

    private Utf8Text() {}

    /**
     * @param file a text file
     * @return the whole text without a leading byte order mark
     * @throws BadFile if it cannot be read or is not UTF-8
     */
    public static String read(Path file) {
        try (Utf8Reader reader = new Utf8Reader(file.toString(), open(file))) {
            return all(reader);
        } catch (IOException e) {
            throw new BadFile("cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    /**
     * @param name what to call it in messages
     * @param in a stream, which is read to its end and not closed
     * @return the whole text without a leading byte order mark
     * @throws BadFile if it cannot be read or is not UTF-8
     */
    public static String read(String name, InputStream in) {
        return all(new Utf8Reader(name, in));
    }

    private static InputStream open(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadFile(file + " is a directory, expected a file of prompts.");
        }
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw new BadFile("cannot read " + file + ": no such file.", e);
        } catch (IOException e) {
            throw new BadFile("cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    private static String all(Utf8Reader reader) {
        StringWriter text = new StringWriter();
        try {
            long unused = reader.transferTo(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
