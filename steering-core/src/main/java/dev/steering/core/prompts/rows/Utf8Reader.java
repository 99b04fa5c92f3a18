package dev.steering.core.prompts.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Characters of a stream in strict UTF-8: a wrong byte is a {@link BadFile} with its offset, never a replacement character inside a
 * prompt, and so is a NUL, which text in UTF-16 is full of. A leading byte order mark is not part of the text. Holds a few dozen
 * kilobytes, however long the stream. Not thread-safe.
 */
public final class Utf8Reader extends Reader {
    private static final int CHUNK = 1 << 15;
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final String name;
    private final InputStream in;
    private final ProgressListener progress;
    private final long kibibytes;
    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK).flip();
    private final CharBuffer chars = CharBuffer.allocate(CHUNK).flip();
    private long offset;
    private long line = 1;
    private boolean begun;
    private boolean ended;

    /**
     * @param name what to call it in messages
     * @param in a stream, which is closed with this
     */
    public Utf8Reader(String name, InputStream in) {
        this(name, in, 0, ProgressListener.NONE);
    }

    /**
     * @param name what to call it in messages and in what is told of the progress
     * @param in a stream, which is closed with this
     * @param size bytes that it will have
     * @param progress told the kibibytes read
     */
    public Utf8Reader(String name, InputStream in, long size, ProgressListener progress) {
        this.name = name;
        this.in = in;
        this.progress = progress;
        this.kibibytes = Math.max(1, size >> 10);
    }

    @Override
    public int read(char[] target, int from, int length) {
        while (!chars.hasRemaining()) {
            if (ended) {
                return -1;
            }
            fill();
        }
        int count = Math.min(length, chars.remaining());
        chars.get(target, from, count);
        return count;
    }

    /**
     * @return the next line without its end, LF or CRLF; null behind the last. An end of line at the end of the text begins no further
     *     line
     */
    public @Nullable String readLine() {
        StringBuilder text = new StringBuilder();
        boolean any = false;
        while (chars.hasRemaining() || !ended) {
            if (!chars.hasRemaining()) {
                fill();
                continue;
            }
            any = true;
            int end = chars.position();
            while (end < chars.limit() && chars.get(end) != '\n') {
                end++;
            }
            boolean found = end < chars.limit();
            text.append(chars, 0, end - chars.position());
            chars.position(found ? end + 1 : end);
            if (found) {
                break;
            }
        }
        int last = text.length() - 1;
        return any ? text.substring(0, last >= 0 && text.charAt(last) == '\r' ? last : last + 1) : null;
    }

    private void fill() {
        bytes.compact();
        try {
            int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            ended = count < 0;
            bytes.position(bytes.position() + Math.max(0, count));
        } catch (IOException e) {
            throw new BadFile("cannot read " + name + ": " + IoReason.of(e) + ".", e);
        }
        bytes.flip();
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, ended);
        requireText(result);
        chars.flip();
        if (!begun && chars.hasRemaining()) {
            begun = true;
            if (chars.get(chars.position()) == BYTE_ORDER_MARK) {
                chars.position(chars.position() + 1);
            }
        }
        progress.onProgress("reading " + name + " (KiB)", Math.min(kibibytes, offset >> 10), kibibytes);
    }

    /** Looks at the bytes that were decoded, from the first on. */
    private void requireText(CoderResult result) {
        int i = 0;
        for (; i < bytes.position(); i++) {
            byte one = bytes.get(i);
            if (one == 0) {
                throw wrongByte(i);
            }
            line += one == '\n' ? 1 : 0;
        }
        if (result.isError()) {
            throw wrongByte(i);
        }
        offset += i;
    }

    private BadFile wrongByte(int index) {
        byte wrong = bytes.get(index);
        boolean mark = offset + index == 0 && (wrong == (byte) 0xff || wrong == (byte) 0xfe);
        return new BadFile(String.format(
                Locale.ROOT,
                "%s is not UTF-8%s: found byte 0x%02X at offset %d, in line %d. Save the file as UTF-8.",
                name,
                wrong == 0 || mark ? " (it looks like UTF-16)" : "",
                wrong,
                offset + index,
                line));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
