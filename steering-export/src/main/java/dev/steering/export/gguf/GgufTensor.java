package dev.steering.export.gguf;

import dev.steering.core.BadFile;
import dev.steering.core.safetensors.DType;
import dev.steering.core.vector.format.GgufHeader.Tensor;
import dev.steering.export.stored.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A tensor of a GGUF file as the original checkpoint has it. */
final class GgufTensor implements StoredTensor {
    private static final long VALUES_AT_ONCE = 1 << 20;

    private final Path file;
    private final Tensor tensor;
    private final GgufType type;
    private final int heads;
    private final boolean lessOne;

    /**
     * @param file where
     * @param tensor what
     * @param size bytes of the file
     * @param heads of a matrix whose rows llama.cpp has in pairs that turn together; 0 for rows that are where they were
     * @param lessOne whether llama.cpp has added 1
     */
    GgufTensor(Path file, Tensor tensor, long size, int heads, boolean lessOne) {
        this.file = file;
        this.tensor = tensor;
        this.heads = heads;
        this.lessOne = lessOne;
        this.type = GgufType.of(tensor.type())
                .orElseThrow(() -> new BadFile(file + ": tensor '" + tensor.name() + "' is of ggml's type number "
                        + tensor.type() + ", which is not read; read: " + GgufType.names()
                        + ". Use a file in one of these, or the original safetensors checkpoint."));
        if (tensor.shape().get(tensor.shape().size() - 1) % type.block() != 0) {
            throw new BadFile(file + ": tensor '" + tensor.name() + "' is " + tensor.shape()
                    + ", expected rows of a multiple of " + type.block() + " for " + type + ".");
        }
        if (tensor.offset() > size - type.bytes(values())) {
            throw new BadFile(file + " ends within its tensor '" + tensor.name() + "': is the download complete?");
        }
        if (heads > 0 && (rows() % heads != 0 || rows() / heads % 2 != 0)) {
            throw new BadFile(file + ": tensor '" + tensor.name() + "' has " + rows()
                    + " rows, expected an even number for each of " + heads + " heads.");
        }
    }

    private long values() {
        return tensor.shape().stream().reduce(1L, Math::multiplyExact);
    }

    private boolean vector() {
        return tensor.shape().size() == 1;
    }

    private long rows() {
        return vector() && heads == 0 ? 1 : tensor.shape().get(0);
    }

    @Override
    public DType type() {
        return lessOne ? DType.F32 : type.holds();
    }

    @Override
    public List<Long> shape() {
        return tensor.shape();
    }

    @Override
    public List<String> parts() {
        return List.of(tensor.name());
    }

    @Override
    public void widen(FileChannel out) throws IOException {
        long row = values() / rows();
        long step = heads > 0 ? 1 : Math.max(1, VALUES_AT_ONCE / row);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long first = 0; first < rows(); first += step) {
                long count = Math.min(step, rows() - first);
                ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(type.bytes(count * row)))
                        .order(ByteOrder.LITTLE_ENDIAN);
                fill(in, bytes, tensor.offset() + type.bytes(stored(first) * row));
                write(values(bytes, Math.toIntExact(count * row)), out);
            }
        }
    }

    /** llama.cpp has the two that turn together beside each other, the checkpoint the first of all pairs and then the second. */
    private long stored(long row) {
        if (heads == 0) {
            return row;
        }
        long size = rows() / heads;
        long inHead = row % size;
        return row - inHead + inHead % (size / 2) * 2 + inHead / (size / 2);
    }

    private ByteBuffer values(ByteBuffer bytes, int count) {
        if (!type.packed() && !lessOne) {
            return bytes;
        }
        float[] wide = new float[count];
        type.unpack(bytes, wide);
        ByteBuffer values = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : wide) {
            values.putFloat(lessOne ? value - 1 : value);
        }
        return values.flip();
    }

    private void fill(FileChannel in, ByteBuffer buffer, long from) throws IOException {
        long position = from;
        while (buffer.hasRemaining()) {
            int n = in.read(buffer, position);
            if (n < 0) {
                throw new IOException(file + " ends within " + tensor.name());
            }
            position += n;
        }
        buffer.flip();
    }

    private static void write(ByteBuffer values, FileChannel out) throws IOException {
        while (values.hasRemaining()) {
            out.write(values);
        }
    }
}
