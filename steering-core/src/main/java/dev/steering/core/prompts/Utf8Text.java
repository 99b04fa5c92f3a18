package dev.steering.core.prompts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Text in strict UTF-8, of files and of standard input alike: a wrong byte is an error with its offset, never a replacement character
 * inside a prompt, and so is a NUL, which text in UTF-16 is full of. A leading byte order mark is not part of the text. Stateless.
 */
public final class Utf8Text {
    /** What standard input is called in messages. */
    public static final String STANDARD_INPUT = "standard input";

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private Utf8Text() {}

    /**
     * @param file a text file
     * @return the whole text without a leading byte order mark
     * @throws BadFile if it cannot be read or is not UTF-8
     */
    public static String read(Path file) {
        return decode(file.toString(), bytes(file));
    }

    /**
     * @param name what to call it in messages
     * @param in a stream, which is read to its end and not closed
     * @return the whole text without a leading byte order mark
     * @throws BadFile if it cannot be read or is not UTF-8
     */
    public static String read(String name, InputStream in) {
        try {
            return decode(name, in.readAllBytes());
        } catch (IOException e) {
            throw new BadFile("cannot read " + name + ": " + IoReason.of(e), e);
        }
    }

    /**
     * @param text a text
     * @return the lines without their ends, LF or CRLF; an end of line at the end of the text begins no further line
     */
    public static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            int trimmed = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
            lines.add(text.substring(start, trimmed));
            start = end + 1;
        }
        return lines;
    }

    private static byte[] bytes(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadFile(file + " is a directory, expected a file of prompts.");
        }
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new BadFile("cannot read " + file + ": no such file.", e);
        } catch (IOException e) {
            throw new BadFile("cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    private static String decode(String name, byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        CharBuffer to = CharBuffer.allocate(bytes.length);
        CoderResult result = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(from, to, true);
        int nul = 0;
        while (nul < from.position() && bytes[nul] != 0) {
            nul++;
        }
        if (nul < from.position() || result.isError()) {
            throw wrongByte(name, bytes, Math.min(nul, from.position()));
        }
        String text = to.flip().toString();
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    private static BadFile wrongByte(String name, byte[] bytes, int offset) {
        int line = 1;
        for (int i = 0; i < offset; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        boolean wide = bytes[offset] == 0 || (offset == 0 && (bytes[0] == (byte) 0xff || bytes[0] == (byte) 0xfe));
        return new BadFile(String.format(
                Locale.ROOT,
                "%s is not UTF-8%s: found byte 0x%02X at offset %d, in line %d. Save the file as UTF-8.",
                name,
                wide ? " (it looks like UTF-16)" : "",
                bytes[offset],
                offset,
                line));
    }
}
