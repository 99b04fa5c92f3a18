package dev.steering.export;

import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.quantization.BlockQuantizer;
import dev.steering.export.quantization.Quantization;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The weights file of a quantised bundle: matrices as integers, everything else as the checkpoint has it, tensor by tensor
 * and a few megabytes at a time. A head that is quantised is there unrounded too, for the embedding that shares it and for the
 * projection on the vocabulary; the decoder's graph does not read that.
 */
final class QuantizedWeights extends OneFileWeights implements BundleWeights {
    /** Name of the file. */
    static final String FILE = "weights.safetensors";

    static final String PACKED = ".packed";
    static final String SCALES = ".scales";
    static final String ZERO_POINTS = ".zero_points";
    /** Which input each column has; where it is missing, that of its number. */
    static final String ORDER = ".order";

    private static final int WEIGHTS_AT_ONCE = 1 << 22;

    private final Quantization how;

    private QuantizedWeights(SafetensorsFile file, Quantization how) {
        super(FILE, file);
        this.how = how;
    }

    /** Writes the file; the matrices and other tensors that are used decide what is in it. */
    static QuantizedWeights write(
            Checkpoint checkpoint, UsedTensors used, Path directory, Quantization how, ExportOptions options)
            throws IOException {
        Path path = directory.resolve(FILE);
        TensorLayout layout = new TensorLayout();
        List<Rounded> rounded = rounded(used, how);
        rounded.forEach(matrix -> matrix.add(layout));
        used.others()
                .forEach((name, tensor) -> layout.add(
                        name,
                        tensor.dtype(),
                        tensor.shape().stream().mapToLong(Long::longValue).toArray()));
        used.stackIn(layout, PACKED, SCALES, ZERO_POINTS);
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            layout.writeHeader(out);
            int done = 0;
            int total = rounded.size() + used.others().size();
            for (Rounded matrix : rounded) {
                options.progress().onProgress("quantising weights", done++, total);
                matrix.write(checkpoint.open(matrix.name()), layout, out);
            }
            for (Map.Entry<String, TensorInfo> other : used.others().entrySet()) {
                options.progress().onProgress("copying weights", done++, total);
                copy(checkpoint.fileOf(other.getKey()), other.getValue(), layout.offset(other.getKey()), out);
            }
            options.progress().onProgress("copying weights", total, total);
        }
        return new QuantizedWeights(SafetensorsFile.open(path), how);
    }

    private static List<Rounded> rounded(UsedTensors used, Quantization how) {
        List<Rounded> rounded = new ArrayList<>();
        used.matrices().values().forEach(matrix -> rounded.add(new Rounded(matrix, how)));
        if (how.headBits() != 0) {
            rounded.add(new Rounded(used.head(), how.head()));
        }
        return rounded;
    }

    /** A matrix of the checkpoint and how it becomes integers. */
    private record Rounded(TensorInfo matrix, Quantization how) {
        String name() {
            return matrix.name();
        }

        void add(TensorLayout layout) {
            long rows = matrix.size(0);
            long columns = matrix.size(1);
            layout.add(name() + PACKED, DType.U8, rows, how.blocks(columns), how.blockBytes());
            layout.add(name() + SCALES, DType.F32, rows, how.blocks(columns));
            if (!how.symmetric()) {
                layout.add(name() + ZERO_POINTS, DType.U8, rows, how.zeroPointBytes(columns));
            }
        }

        void write(SafetensorsFile source, TensorLayout layout, FileChannel out) throws IOException {
            int columns = Math.toIntExact(matrix.size(1));
            BlockQuantizer quantizer = new BlockQuantizer(how, columns);
            long packed = layout.offset(name() + PACKED);
            long scales = layout.offset(name() + SCALES);
            long zeroPoints = how.symmetric() ? 0 : layout.offset(name() + ZERO_POINTS);
            int step = Math.max(1, WEIGHTS_AT_ONCE / columns);
            for (long row = 0; row < matrix.size(0); row += step) {
                int rows = (int) Math.min(step, matrix.size(0) - row);
                BlockQuantizer.Rows part = quantizer.quantize(source.readRows(name(), row, rows), rows);
                packed = put(out, ByteBuffer.wrap(part.packed()), packed);
                scales = put(out, bytes(part.scales()), scales);
                zeroPoints = put(out, ByteBuffer.wrap(part.zeroPoints()), zeroPoints);
            }
        }
    }

    static void copy(Path from, TensorInfo tensor, long to, FileChannel out) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
            in.position(tensor.offset());
            for (long done = 0; done < tensor.bytes(); ) {
                long n = out.transferFrom(in, to + done, tensor.bytes() - done);
                if (n == 0) {
                    throw new IOException(from + " ends within " + tensor.name());
                }
                done += n;
            }
        }
    }

    static long put(FileChannel out, ByteBuffer bytes, long position) throws IOException {
        long next = position;
        while (bytes.hasRemaining()) {
            next += out.write(bytes, next);
        }
        return next;
    }

    static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    @Override
    public Matrix matrix(String name, long out, long in) {
        return quantized(this, name, out, in, how);
    }

    @Override
    public Matrix head(String name, long out, long in) {
        return how.headBits() == 0 ? new Plain(locate(name, out, in)) : quantized(this, name, out, in, how.head());
    }

    /** Where the parts of a quantised matrix are. */
    static Matrix quantized(BundleWeights weights, String name, long out, long in, Quantization of) {
        Location packed = weights.locate(name + PACKED, out, of.blocks(in), of.blockBytes());
        Location scales = weights.locate(name + SCALES, out, of.blocks(in));
        @Nullable
        Location zeroPoints = of.symmetric() ? null : weights.locate(name + ZERO_POINTS, out, of.zeroPointBytes(in));
        @Nullable Location order = weights.has(name + ORDER) ? weights.locate(name + ORDER, in) : null;
        return new Quantized(packed, scales, zeroPoints, order, of.format());
    }

    @Override
    public String fileOf(String name) {
        return FILE;
    }
}
