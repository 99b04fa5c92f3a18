package dev.steering.export;

import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.quantization.BlockQuantizer;
import dev.steering.export.quantization.Quantization;
import dev.steering.export.stored.IntegerMatrix;
import dev.steering.export.stored.QuantizedCheckpoint;
import dev.steering.export.stored.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The weights file of a bundle whose checkpoint stores integers: the same integers, scales and zero points in the order that ONNX
 * Runtime's MatMulNBits reads, everything else as the checkpoint has it. What is no matrix of a linear layer but stored so (a head, an
 * embedding) is written out in single precision. Some rows at a time, whatever the model's size.
 */
final class RepackedWeights extends OneFileWeights implements BundleWeights {
    private static final String FILE = QuantizedWeights.FILE;

    private final Map<String, Quantization> formats;

    private RepackedWeights(SafetensorsFile file, Map<String, Quantization> formats) {
        super(FILE, file);
        this.formats = formats;
    }

    /** Writes the file; what the graph uses decides what is in it. */
    static RepackedWeights write(
            QuantizedCheckpoint checkpoint, UsedTensors used, Path directory, ExportOptions options)
            throws IOException {
        boolean exact = options.storedIntegers() == StoredIntegers.KEPT_WITH_EXACT_ACTIVATIONS;
        Map<String, IntegerMatrix> matrices = new TreeMap<>();
        Map<String, Quantization> formats = new TreeMap<>();
        Map<String, TensorInfo> others = new TreeMap<>(used.others());
        used.matrices().forEach((name, tensor) -> {
            if (checkpoint.stored().get(name) instanceof IntegerMatrix matrix && !others.containsKey(name)) {
                matrices.put(name, matrix);
                formats.put(name, matrix.format(exact));
            } else {
                others.put(name, tensor);
            }
        });
        TensorLayout layout = new TensorLayout();
        matrices.forEach((name, matrix) -> add(layout, name, matrix, matrix.format(exact)));
        others.forEach((name, tensor) -> layout.add(
                name,
                tensor.dtype(),
                tensor.shape().stream().mapToLong(Long::longValue).toArray()));
        used.stackIn(layout, "", QuantizedWeights.PACKED, QuantizedWeights.SCALES, QuantizedWeights.ZERO_POINTS);
        Path path = directory.resolve(FILE);
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            layout.writeHeader(out);
            int done = 0;
            int total = matrices.size() + others.size();
            for (Map.Entry<String, IntegerMatrix> matrix : matrices.entrySet()) {
                options.progress().onProgress("repacking weights", done++, total);
                repack(matrix.getKey(), matrix.getValue(), exact, layout, out);
                writeOrder(matrix.getKey(), matrix.getValue(), layout, out);
            }
            for (Map.Entry<String, TensorInfo> other : others.entrySet()) {
                options.progress().onProgress("copying weights", done++, total);
                copy(checkpoint, other.getValue(), layout.offset(other.getKey()), out);
            }
            options.progress().onProgress("copying weights", total, total);
        }
        return new RepackedWeights(SafetensorsFile.open(path), formats);
    }

    private static void add(TensorLayout layout, String name, IntegerMatrix matrix, Quantization how) {
        long rows = matrix.shape().get(0);
        long columns = matrix.shape().get(1);
        layout.add(name + QuantizedWeights.PACKED, DType.U8, rows, how.blocks(columns), how.blockBytes());
        layout.add(name + QuantizedWeights.SCALES, DType.F32, rows, how.blocks(columns));
        if (!how.symmetric()) {
            layout.add(name + QuantizedWeights.ZERO_POINTS, DType.U8, rows, how.zeroPointBytes(columns));
        }
        if (matrix.order().isPresent()) {
            layout.add(name + QuantizedWeights.ORDER, DType.I64, columns);
        }
    }

    private static void writeOrder(String name, IntegerMatrix matrix, TensorLayout layout, FileChannel out)
            throws IOException {
        Optional<long[]> order = matrix.order();
        if (order.isPresent()) {
            long[] inputs = order.get();
            ByteBuffer bytes = ByteBuffer.allocate(inputs.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(inputs);
            QuantizedWeights.put(out, bytes, layout.offset(name + QuantizedWeights.ORDER));
        }
    }

    private static void repack(String name, IntegerMatrix matrix, boolean exact, TensorLayout layout, FileChannel out)
            throws IOException {
        Quantization how = matrix.format(exact);
        long packed = layout.offset(name + QuantizedWeights.PACKED);
        long scales = layout.offset(name + QuantizedWeights.SCALES);
        long zeroPoints = how.symmetric() ? 0 : layout.offset(name + QuantizedWeights.ZERO_POINTS);
        long total = matrix.shape().get(0);
        for (long row = 0; row < total; row += matrix.step()) {
            BlockQuantizer.Rows part = matrix.read(row, (int) Math.min(matrix.step(), total - row), how);
            packed = QuantizedWeights.put(out, ByteBuffer.wrap(part.packed()), packed);
            scales = QuantizedWeights.put(out, QuantizedWeights.bytes(part.scales()), scales);
            zeroPoints = QuantizedWeights.put(out, ByteBuffer.wrap(part.zeroPoints()), zeroPoints);
        }
    }

    private static void copy(QuantizedCheckpoint checkpoint, TensorInfo tensor, long to, FileChannel out)
            throws IOException {
        StoredTensor stored = checkpoint.stored().get(tensor.name());
        if (stored == null) {
            QuantizedWeights.copy(checkpoint.model().fileOf(tensor.name()), tensor, to, out);
        } else {
            out.position(to);
            stored.widen(out);
        }
    }

    @Override
    public Matrix matrix(String name, long out, long in) {
        Quantization how = formats.get(name);
        return how == null ? new Plain(locate(name, out, in)) : QuantizedWeights.quantized(this, name, out, in, how);
    }

    @Override
    public String fileOf(String name) {
        return FILE;
    }
}
