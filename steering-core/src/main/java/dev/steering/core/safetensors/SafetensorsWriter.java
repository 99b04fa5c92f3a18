package dev.steering.core.safetensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.IOConsumer;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects tensors and metadata and writes them as one safetensors file.
 *
 * <p>The same calls give the same bytes: tensors are stored in the order in which they were added, metadata in the order of
 * its keys, and the header is padded with spaces to a multiple of 8. Tensors are laid end to end, so add wide types before
 * narrow ones if a reader needs them aligned. Arrays are not copied: leave them alone until {@link #write} has returned. Not
 * thread-safe.
 */
public final class SafetensorsWriter {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int ALIGNMENT = 8;
    private static final JsonMapper MAPPER = new JsonMapper();

    private record Entry(DType dtype, List<Long> shape, long bytes, IOConsumer<FileChannel> data) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new TreeMap<>();

    /** Starts an empty file. */
    public SafetensorsWriter() {}

    /**
     * @param key a metadata key; replaces an earlier value
     * @param value its value
     * @return this
     */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Adds a tensor of type F32.
     *
     * @param name a name not used before
     * @param values the values, row-major
     * @param shape the dimensions; none for a scalar
     * @return this
     * @throws IllegalArgumentException if the name is taken or the shape does not hold the values
     */
    public SafetensorsWriter floats(String name, float[] values, long... shape) {
        return add(name, DType.F32, values.length, shape, channel -> {
            ByteBuffer chunk = chunk(values.length, Float.BYTES);
            for (int start = 0; start < values.length; ) {
                int n = Math.min(chunk.capacity() / Float.BYTES, values.length - start);
                chunk.clear().limit(n * Float.BYTES);
                chunk.asFloatBuffer().put(values, start, n);
                writeFully(channel, chunk);
                start += n;
            }
        });
    }

    /**
     * Adds a tensor of type I64.
     *
     * @param name a name not used before
     * @param values the values, row-major
     * @param shape the dimensions; none for a scalar
     * @return this
     * @throws IllegalArgumentException if the name is taken or the shape does not hold the values
     */
    public SafetensorsWriter longs(String name, long[] values, long... shape) {
        return add(name, DType.I64, values.length, shape, channel -> {
            ByteBuffer chunk = chunk(values.length, Long.BYTES);
            for (int start = 0; start < values.length; ) {
                int n = Math.min(chunk.capacity() / Long.BYTES, values.length - start);
                chunk.clear().limit(n * Long.BYTES);
                chunk.asLongBuffer().put(values, start, n);
                writeFully(channel, chunk);
                start += n;
            }
        });
    }

    /**
     * Adds a tensor of type F64.
     *
     * @param name a name not used before
     * @param values the values, row-major
     * @param shape the dimensions; none for a scalar
     * @return this
     * @throws IllegalArgumentException if the name is taken or the shape does not hold the values
     */
    public SafetensorsWriter doubles(String name, double[] values, long... shape) {
        return add(name, DType.F64, values.length, shape, channel -> {
            ByteBuffer chunk = chunk(values.length, Double.BYTES);
            for (int start = 0; start < values.length; ) {
                int n = Math.min(chunk.capacity() / Double.BYTES, values.length - start);
                chunk.clear().limit(n * Double.BYTES);
                chunk.asDoubleBuffer().put(values, start, n);
                writeFully(channel, chunk);
                start += n;
            }
        });
    }

    /**
     * Adds a tensor of any type from its little-endian bytes.
     *
     * @param name a name not used before
     * @param dtype the element type
     * @param bytes the data, row-major and little-endian
     * @param shape the dimensions; none for a scalar
     * @return this
     * @throws IllegalArgumentException if the name is taken or the shape does not hold the values
     */
    public SafetensorsWriter bytes(String name, DType dtype, byte[] bytes, long... shape) {
        if (bytes.length % dtype.bytes() != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes are not a whole number of " + dtype);
        }
        return add(
                name,
                dtype,
                bytes.length / dtype.bytes(),
                shape,
                channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
    }

    /**
     * Adds a tensor of any type whose bytes are made when the file is written, so that it never has to be in memory whole.
     *
     * @param name a name not used before
     * @param dtype the element type
     * @param data writes the data, row-major and little-endian, at the channel's position
     * @param shape the dimensions; none for a scalar
     * @return this
     * @throws IllegalArgumentException if the name is taken; {@link #write} throws {@link IllegalStateException} if the data is
     *     not as long as the shape says
     */
    public SafetensorsWriter streamed(String name, DType dtype, IOConsumer<? super FileChannel> data, long... shape) {
        long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return add(name, dtype, elements, shape, channel -> {
            long end = channel.position() + elements * dtype.bytes();
            data.accept(channel);
            if (channel.position() != end) {
                throw new IllegalStateException("tensor '" + name + "' ended " + (channel.position() - end)
                        + " bytes after its place, " + elements * dtype.bytes() + " bytes");
            }
        });
    }

    private SafetensorsWriter add(String name, DType dtype, long elements, long[] shape, IOConsumer<FileChannel> data) {
        long product = 1;
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException("tensor '" + name + "' has shape " + Arrays.toString(shape));
            }
            product = Math.multiplyExact(product, dimension);
        }
        if (product != elements) {
            throw new IllegalArgumentException("tensor '" + name + "' has " + elements + " values, but shape "
                    + Arrays.toString(shape) + " holds " + product);
        }
        if (name.equals(SafetensorsHeader.METADATA) || entries.containsKey(name)) {
            throw new IllegalArgumentException("the tensor name '" + name + "' is already taken");
        }
        entries.put(name, new Entry(dtype, Arrays.stream(shape).boxed().toList(), elements * dtype.bytes(), data));
        return this;
    }

    /**
     * Writes the file whole or not at all.
     *
     * @param file the file to create or replace; its directory must exist
     * @throws SteeringException if it cannot be written, or its header would be larger than readers accept
     */
    public void write(Path file) {
        byte[] header = header(file);
        AtomicFiles.writeChannel(file, channel -> {
            ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            writeFully(channel, start.putLong(header.length).put(header).flip());
            for (Entry entry : entries.values()) {
                entry.data().accept(channel);
            }
        });
    }

    private byte[] header(Path file) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = root.putObject(SafetensorsHeader.METADATA);
            metadata.forEach(node::put);
        }
        long offset = 0;
        for (Map.Entry<String, Entry> named : entries.entrySet()) {
            Entry entry = named.getValue();
            ObjectNode node = root.putObject(named.getKey());
            node.put("dtype", entry.dtype().safetensorsName());
            ArrayNode shape = node.putArray("shape");
            entry.shape().forEach(shape::add);
            node.putArray("data_offsets").add(offset).add(offset + entry.bytes());
            offset += entry.bytes();
        }
        byte[] json = bytes(root);
        int padded = Math.addExact(json.length, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (padded > SafetensorsFile.MAX_HEADER_BYTES) {
            throw new BadFile("cannot write " + file + ": its header would have " + padded
                    + " bytes, readers accept at most " + SafetensorsFile.MAX_HEADER_BYTES + ". Store less metadata.");
        }
        byte[] header = Arrays.copyOf(json, padded);
        Arrays.fill(header, json.length, padded, (byte) ' ');
        return header;
    }

    private static byte[] bytes(ObjectNode root) {
        try {
            return MAPPER.writeValueAsBytes(root);
        } catch (IOException e) {
            throw new IllegalStateException("a tree of strings and numbers is always writable", e);
        }
    }

    private static ByteBuffer chunk(long elements, int width) {
        return ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, elements * width))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void writeFully(FileChannel channel, ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }
}
