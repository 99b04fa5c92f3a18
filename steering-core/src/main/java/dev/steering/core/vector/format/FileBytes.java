package dev.steering.core.vector.format;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A binary file from its beginning to its end, a little of it in memory at a time. Not thread-safe. */
final class FileBytes implements Closeable {
    private static final int WINDOW = 1 << 16;

    private final Path file;
    private final RowGatherer complaints;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    private long windowEnd;

    private FileBytes(Path file, RowGatherer complaints, FileChannel channel, long size) {
        this.file = file;
        this.complaints = complaints;
        this.channel = channel;
        this.size = size;
    }

    static FileBytes open(Path file, RowGatherer complaints) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            return new FileBytes(file, complaints, channel, channel.size());
        } catch (NoSuchFileException e) {
            throw new BadFile("cannot read " + file + ": no such file.", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static BadFile unreadable(Path file, IOException e) {
        return new BadFile("cannot read " + file + ": " + IoReason.of(e), e);
    }

    long size() {
        return size;
    }

    long position() {
        return windowEnd - window.remaining();
    }

    long left() {
        return size - position();
    }

    ByteOrder order() {
        return window.order();
    }

    void order(ByteOrder order) {
        window.order(order);
    }

    int u8(String what) {
        return Byte.toUnsignedInt(next(1, what).get());
    }

    int i32(String what) {
        return next(Integer.BYTES, what).getInt();
    }

    long i64(String what) {
        return next(Long.BYTES, what).getLong();
    }

    /** A count or a size that is followed by at least {@code each} bytes for every one: never more than the file can hold. */
    long count(String what, long each) {
        long count = i64(what);
        if (count < 0 || count > left() / Math.max(1, each)) {
            throw complaints.damaged(
                    "it says " + Long.toUnsignedString(count) + " " + what + ", but only " + left() + " bytes follow");
        }
        return count;
    }

    /** Text of a stated length of at most {@code most} bytes. */
    String text(String what, int most) {
        long length = count("bytes of " + what, 1);
        if (length > most) {
            throw complaints.damaged("its " + what + " is " + length + " bytes long, expected at most " + most);
        }
        byte[] bytes = new byte[(int) length];
        bytes(ByteBuffer.wrap(bytes), what);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw complaints.damaged("its " + what + " is not valid UTF-8", e);
        }
    }

    /** Fills the buffer from here on and makes it ready to be read from. */
    ByteBuffer bytes(ByteBuffer to, String what) {
        require(to.remaining(), what);
        while (to.hasRemaining()) {
            ByteBuffer from = next(1, what);
            int n = Math.min(from.remaining(), to.remaining());
            to.put(to.position(), from, from.position(), n);
            to.position(to.position() + n);
            from.position(from.position() + n);
        }
        return to.flip();
    }

    void skip(long bytes, String what) {
        require(bytes, what);
        seek(position() + bytes);
    }

    void seek(long position) {
        windowEnd = position;
        window.limit(0);
    }

    private void require(long bytes, String what) {
        if (bytes < 0 || bytes > left()) {
            throw complaints.damaged("it ends at byte " + size + ", in the middle of its " + what);
        }
    }

    /** The window with at least so many bytes in it. */
    private ByteBuffer next(int bytes, String what) {
        if (window.remaining() < bytes) {
            require(bytes, what);
            long from = position();
            window.clear();
            try {
                while (window.position() < bytes) {
                    int read = channel.read(window, from + window.position());
                    if (read < 0) {
                        throw complaints.damaged("it became shorter while it was being read");
                    }
                }
            } catch (IOException e) {
                throw unreadable(file, e);
            }
            window.flip();
            windowEnd = from + window.remaining();
        }
        return window;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
