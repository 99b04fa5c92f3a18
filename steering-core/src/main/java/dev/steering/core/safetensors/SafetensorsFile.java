package dev.steering.core.safetensors;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.NearNames;
import dev.steering.core.foreign.ForeignFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file whose header has been read and verified; tensors are read when asked for.
 *
 * <p>Opening reads the header only: time and memory do not depend on the size of the data. No file handle is kept between
 * calls, so there is nothing to close. Immutable and thread-safe: any number of threads may read at the same time. Replacing
 * the file while this object is in use is not supported; a file that became shorter is reported.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class SafetensorsFile {
    /** The largest header that is accepted, the limit of the reference implementation. */
    static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private final Path path;
    private final Map<String, TensorInfo> tensors;
    private final Map<String, String> metadata;

    private SafetensorsFile(Path path, SafetensorsHeader header) {
        this.path = path;
        this.tensors = header.tensors();
        this.metadata = header.metadata();
    }

    /**
     * Reads and verifies the header.
     *
     * @param path the file
     * @return the opened file
     * @throws BadFile if the file cannot be read, or its header does not describe it exactly
     */
    public static SafetensorsFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw new BadFile(path + " is a directory, expected a safetensors file.");
        }
        String foreign = Files.isRegularFile(path) ? ForeignFile.describe(path) : null;
        if (foreign != null) {
            throw new BadFile(path + " looks like " + foreign + ".");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < LENGTH_BYTES) {
                throw SafetensorsHeader.damaged(path, "expected at least 8 bytes, found " + size, null);
            }
            ByteBuffer length = buffer(LENGTH_BYTES);
            fill(path, channel, length, 0);
            long headerBytes = checkedHeaderLength(path, length.getLong(), size);
            ByteBuffer json = ByteBuffer.allocate((int) headerBytes);
            fill(path, channel, json, LENGTH_BYTES);
            long dataStart = LENGTH_BYTES + headerBytes;
            return new SafetensorsFile(path, SafetensorsHeader.parse(path, json.array(), dataStart, size - dataStart));
        } catch (NoSuchFileException e) {
            throw new BadFile("cannot read " + path + ": no such file.", e);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static long checkedHeaderLength(Path path, long headerBytes, long size) {
        if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
            throw SafetensorsHeader.damaged(
                    path,
                    "expected a header of at most " + MAX_HEADER_BYTES + " bytes, found a length of "
                            + Long.toUnsignedString(headerBytes),
                    null);
        }
        if (headerBytes > size - LENGTH_BYTES) {
            throw SafetensorsHeader.damaged(
                    path,
                    "the header should have " + headerBytes + " bytes, but the file has only " + (size - LENGTH_BYTES)
                            + " after the length",
                    null);
        }
        return headerBytes;
    }

    /** @return the file's path, as given */
    public Path path() {
        return path;
    }

    /** @return the tensors by name, in the order of their data in the file; unmodifiable */
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    /** @return the free-form metadata, in the header's order; empty if there is none; unmodifiable */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * @param name a tensor's name
     * @return where it lies
     * @throws BadFile if there is no such tensor; names the nearest ones
     */
    public TensorInfo tensor(String name) {
        TensorInfo tensor = tensors.get(name);
        if (tensor == null) {
            throw new BadFile(path + " has no tensor '" + name + "'. "
                    + (tensors.isEmpty()
                            ? "It has no tensors at all."
                            : "Nearest of its " + tensors.size() + ": "
                                    + String.join(", ", NearNames.of(name, tensors.keySet())) + "."));
        }
        return tensor;
    }

    /**
     * @param name a tensor's name
     * @param shape the shape that it must have
     * @return where it lies
     * @throws BadFile if there is no such tensor or its shape is another
     */
    public TensorInfo tensor(String name, long... shape) {
        TensorInfo tensor = tensor(name);
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!tensor.shape().equals(expected)) {
            throw new BadFile(path + ": tensor '" + name + "' has shape " + tensor.shape() + ", expected " + expected
                    + ". Is this file meant for another model?");
        }
        return tensor;
    }

    /**
     * Reads a whole F32, F16, BF16 or F64 tensor. F16 and BF16 convert exactly, F64 is rounded to the nearest float.
     *
     * @param name a tensor's name
     * @return its values, row-major
     * @throws BadFile if it is missing, of another type, too large for an array or cannot be read
     */
    public float[] floats(String name) {
        return floats(tensor(name));
    }

    /**
     * As {@link #floats(String)}, for a tensor that must have a certain shape.
     *
     * @param name a tensor's name
     * @param shape the shape that it must have
     * @return its values, row-major
     * @throws BadFile also if the shape is another
     */
    public float[] floats(String name, long... shape) {
        return floats(tensor(name, shape));
    }

    private float[] floats(TensorInfo tensor) {
        requireFloat(tensor);
        return decodeFloats(tensor, 0, arraySize(tensor, tensor.elements()));
    }

    /**
     * Reads some rows of a float tensor without touching the rest: the way to go through a vocabulary head of several
     * gigabytes. A row is everything behind the first dimension.
     *
     * @param name a tensor's name; at least one dimension, {@code [rows, ...]}
     * @param firstRow 0-based first row
     * @param rows number of rows, at least 0
     * @return the values, row-major {@code [rows, ...]}
     * @throws IndexOutOfBoundsException if the tensor has no such rows
     * @throws BadFile if it is missing, of another type, a scalar, too large for an array or cannot be read
     */
    public float[] readRows(String name, long firstRow, int rows) {
        TensorInfo tensor = tensor(name);
        requireFloat(tensor);
        if (tensor.rank() == 0) {
            throw new BadFile(path + ": tensor '" + name + "' is a scalar and has no rows.");
        }
        long total = tensor.size(0);
        if (firstRow < 0 || rows < 0 || rows > total || firstRow > total - rows) {
            throw new IndexOutOfBoundsException(
                    "rows " + firstRow + " + " + rows + " of tensor '" + name + "', which has " + total);
        }
        long rowElements = total == 0 ? 0 : tensor.elements() / total;
        return decodeFloats(tensor, firstRow * rowElements, arraySize(tensor, rows * rowElements));
    }

    /**
     * Reads a whole integer or BOOL tensor; BOOL gives 0 and 1.
     *
     * @param name a tensor's name
     * @return its values, row-major
     * @throws BadFile if it is missing, of another type, too large for an array, cannot be read, or holds a U64
     *     value beyond {@link Long#MAX_VALUE}
     */
    public long[] longs(String name) {
        return longs(tensor(name));
    }

    /**
     * As {@link #longs(String)}, for a tensor that must have a certain shape.
     *
     * @param name a tensor's name
     * @param shape the shape that it must have
     * @return its values, row-major
     * @throws BadFile also if the shape is another
     */
    public long[] longs(String name, long... shape) {
        return longs(tensor(name, shape));
    }

    /**
     * Reads a whole F64 tensor.
     *
     * @param name a tensor's name
     * @param shape the shape that it must have
     * @return its values, row-major
     * @throws BadFile if it is missing, of another type or shape, too large for an array or cannot be read
     */
    public double[] doubles(String name, long... shape) {
        TensorInfo tensor = tensor(name, shape);
        if (tensor.dtype() != DType.F64) {
            throw wrongType(tensor, "F64");
        }
        double[] values = new double[arraySize(tensor, tensor.elements())];
        decode(tensor, 0, values.length, (chunk, start, count) -> chunk.asDoubleBuffer()
                .get(values, start, count));
        return values;
    }

    private long[] longs(TensorInfo tensor) {
        if (!tensor.dtype().isInteger()) {
            throw wrongType(tensor, "integers (BOOL, U8, I8, U16, I16, U32, I32, U64 or I64)");
        }
        long[] values = new long[arraySize(tensor, tensor.elements())];
        decode(
                tensor,
                0,
                values.length,
                (chunk, start, count) -> TensorDecoder.longs(tensor.dtype(), chunk, values, start, count));
        return values;
    }

    private void requireFloat(TensorInfo tensor) {
        if (!tensor.dtype().isFloat()) {
            throw wrongType(tensor, "floats (F32, F16, BF16 or F64)");
        }
    }

    private BadFile wrongType(TensorInfo tensor, String expected) {
        return new BadFile(
                path + ": tensor '" + tensor.name() + "' is " + tensor.dtype() + ", expected " + expected + ".");
    }

    private int arraySize(TensorInfo tensor, long elements) {
        if (elements > MAX_ARRAY) {
            throw new BadFile(path + ": " + elements + " elements of tensor '" + tensor.name()
                    + "' do not fit in one array (at most " + MAX_ARRAY + "). Read fewer rows at a time.");
        }
        return (int) elements;
    }

    private float[] decodeFloats(TensorInfo tensor, long firstElement, int count) {
        float[] values = new float[count];
        decode(
                tensor,
                firstElement,
                count,
                (chunk, start, n) -> TensorDecoder.floats(tensor.dtype(), chunk, values, start, n));
        return values;
    }

    /** Decodes {@code count} elements from the chunk on; the first of them has index {@code start} in the result. */
    private interface ChunkDecoder {
        void decode(ByteBuffer chunk, int start, int count);
    }

    private void decode(TensorInfo tensor, long firstElement, int count, ChunkDecoder decoder) {
        int width = tensor.dtype().bytes();
        ByteBuffer chunk = buffer((int) Math.min(CHUNK_BYTES, (long) count * width));
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            int perChunk = CHUNK_BYTES / width;
            for (int start = 0; start < count; ) {
                int n = Math.min(perChunk, count - start);
                chunk.clear().limit(n * width);
                fill(path, channel, chunk, tensor.offset() + (firstElement + start) * width);
                decoder.decode(chunk, start, n);
                start += n;
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Fills the buffer from a position of the file and flips it. */
    private static void fill(Path path, FileChannel channel, ByteBuffer to, long position) throws IOException {
        long next = position;
        while (to.hasRemaining()) {
            int read = channel.read(to, next);
            if (read < 0) {
                throw new BadFile(path + " ends at byte " + channel.size() + ", expected " + to.remaining()
                        + " more: it was changed while it was being read. Open it again.");
            }
            next += read;
        }
        to.flip();
    }

    private static BadFile unreadable(Path path, IOException e) {
        return new BadFile("cannot read " + path + ": " + IoReason.of(e), e);
    }
}
