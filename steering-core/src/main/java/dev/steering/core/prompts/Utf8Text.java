package dev.steering.core.prompts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import java.io.IOException;
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

/** Text files in strict UTF-8: a wrong byte is an error, never a replacement character inside a prompt. */
final class Utf8Text {
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private Utf8Text() {}

    /** The whole text without a leading byte order mark. */
    static String read(Path file) {
        String text = decode(file, bytes(file));
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    /** The lines without their ends, LF or CRLF; an end of line at the end of the text begins no further line. */
    static List<String> lines(String text) {
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

    private static String decode(Path file, byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        CharBuffer to = CharBuffer.allocate(bytes.length);
        CoderResult result = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(from, to, true);
        if (result.isError()) {
            int offset = from.position();
            int line = 1;
            for (int i = 0; i < offset; i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new BadFile(String.format(
                    Locale.ROOT,
                    "%s is not UTF-8: found byte 0x%02X at offset %d, in line %d. Save the file as UTF-8.",
                    file,
                    bytes[offset],
                    offset,
                    line));
        }
        return to.flip().toString();
    }
}
