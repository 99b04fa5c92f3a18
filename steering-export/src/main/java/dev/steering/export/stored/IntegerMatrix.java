package dev.steering.export.stored;

import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.quantization.BlockQuantizer;
import dev.steering.export.quantization.BlockScales;
import dev.steering.export.quantization.Quantization;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The matrix of a linear layer as integers: {@code w = (q - zero) * scale}, with a scale and a zero point for every group of
 * neighbouring weights of a row.
 */
public final class IntegerMatrix implements StoredTensor {
    private static final int WEIGHTS_AT_ONCE = 1 << 22;
    private static final int SMALLEST_BLOCK = 16;
    private static final int LARGEST_BLOCK = 128;

    private final PackedIntegers weights;
    private final Scales scales;
    private final @Nullable PackedIntegers zeroPoints;
    private final boolean columnsOfInputs;
    private final @Nullable InputOrder order;

    /**
     * @param file where
     * @param tensor of floats, {@code [rows, groups]} or the other way round, or one for all
     * @param groups of a row
     * @param size weights of a group
     */
    record Scales(SafetensorsFile file, TensorInfo tensor, int groups, long size) {
        Scales {
            Formats.requireScales(file, tensor);
        }
    }

    /**
     * @param weights {@code [out, in]}, or {@code [in, out]}
     * @param scales {@code [out, groups]}, or {@code [groups, out]}
     * @param zeroPoints as the scales; null if they are all half the range
     * @param byInput whether all of them have a row for every input or group
     * @param order of inputs that makes groups neighbours; null if they are
     */
    IntegerMatrix(
            PackedIntegers weights,
            Scales scales,
            @Nullable PackedIntegers zeroPoints,
            boolean byInput,
            @Nullable InputOrder order) {
        this.weights = weights;
        this.scales = scales;
        this.zeroPoints = zeroPoints;
        this.columnsOfInputs = byInput;
        this.order = order;
    }

    /** @return bits per weight: 4 or 8 */
    public int bits() {
        return weights.bits();
    }

    /** @return the input of each column that {@link #read} writes, if that is not the one of its number; else nothing */
    public Optional<long[]> order() {
        return Optional.ofNullable(order).map(InputOrder::inputs);
    }

    private long rows() {
        return columnsOfInputs ? weights.columns() : weights.rows();
    }

    private long columns() {
        return columnsOfInputs ? weights.rows() : weights.columns();
    }

    @Override
    public DType type() {
        return DType.F32;
    }

    @Override
    public List<Long> shape() {
        return List.of(rows(), columns());
    }

    @Override
    public List<String> parts() {
        List<String> parts =
                new ArrayList<>(List.of(weights.tensor().name(), scales.tensor().name()));
        if (zeroPoints != null) {
            parts.add(zeroPoints.tensor().name());
        }
        return parts;
    }

    /** Whether a kernel's blocks, which are powers of two, can lie within groups of this size. */
    static boolean divides(long group, long columns) {
        return group >= columns || group % SMALLEST_BLOCK == 0;
    }

    /**
     * @param exactActivations whether activations stay in single precision
     * @return the blocks of ONNX Runtime's MatMulNBits: a group each, or several to a group that repeat its scale
     */
    public Quantization format(boolean exactActivations) {
        int block = LARGEST_BLOCK;
        while (block > SMALLEST_BLOCK && scales.size() % block != 0) {
            block /= 2;
        }
        return new Quantization(bits(), block, zeroPoints == null, BlockScales.RANGE, exactActivations, 0, block);
    }

    /** @return rows to {@link #read} at once */
    public int step() {
        return (int) Math.max(1, Math.min(rows(), WEIGHTS_AT_ONCE / columns()));
    }

    /**
     * @param row first row
     * @param count number of rows
     * @param how what {@link #format} returned
     * @return their integers, scales and zero points as MatMulNBits takes them, bit by bit those of the checkpoint; columns in {@link #order}
     * @throws IOException if they cannot be read
     */
    public BlockQuantizer.Rows read(long row, int count, Quantization how) throws IOException {
        int columns = Math.toIntExact(columns());
        int blocks = how.blocks(columns);
        byte[] values = values(weights, row, count, columns);
        float[] groupScales = scales(row, count);
        byte[] groupZeros = zeroPoints == null ? new byte[0] : values(zeroPoints, row, count, scales.groups());
        int zeroBytes = how.symmetric() ? 0 : how.zeroPointBytes(columns);
        BlockQuantizer.Rows result = new BlockQuantizer.Rows(
                new byte[count * blocks * how.blockBytes()], new float[count * blocks], new byte[count * zeroBytes]);
        for (int r = 0; r < count; r++) {
            for (int block = 0; block < blocks; block++) {
                int from = block * how.blockSize();
                int group = r * scales.groups() + (int) (from / scales.size());
                result.scales()[r * blocks + block] = groupScales[group];
                if (!how.symmetric()) {
                    put(result.zeroPoints(), r * zeroBytes, block, groupZeros[group]);
                }
                int to = (r * blocks + block) * how.blockBytes();
                for (int c = from; c < Math.min(columns, from + how.blockSize()); c++) {
                    int input = order == null ? c : order.input(c);
                    put(result.packed(), to, c - from, values[r * columns + input]);
                }
            }
        }
        return result;
    }

    private void put(byte[] bytes, int from, int index, int value) {
        if (bits() == Byte.SIZE) {
            bytes[from + index] = (byte) value;
        } else {
            bytes[from + index / 2] |= (byte) (value << (index % 2 * bits()));
        }
    }

    @Override
    public void widen(FileChannel out) throws IOException {
        int columns = Math.toIntExact(columns());
        int middle = 1 << (bits() - 1);
        for (long row = 0; row < rows(); row += step()) {
            int count = (int) Math.min(step(), rows() - row);
            byte[] values = values(weights, row, count, columns);
            float[] groupScales = scales(row, count);
            byte[] zeros = zeroPoints == null ? new byte[0] : values(zeroPoints, row, count, scales.groups());
            float[] wide = new float[count * columns];
            for (int i = 0; i < wide.length; i++) {
                int input = i % columns;
                int group = i / columns * scales.groups()
                        + (order == null ? (int) (input / scales.size()) : order.group(input));
                int zero = zeroPoints == null ? middle : Byte.toUnsignedInt(zeros[group]);
                wide[i] = (Byte.toUnsignedInt(values[i]) - zero) * groupScales[group];
            }
            Wide.put(wide, out);
        }
    }

    /** Some rows of weights or zero points, row-major with a row for every output. */
    private byte[] values(PackedIntegers of, long row, int count, int width) throws IOException {
        if (!columnsOfInputs) {
            return of.read(row, count, 0, width);
        }
        byte[] turned = of.read(0, width, row, count);
        byte[] values = new byte[turned.length];
        for (int c = 0; c < width; c++) {
            for (int r = 0; r < count; r++) {
                values[r * width + c] = turned[c * count + r];
            }
        }
        return values;
    }

    private float[] scales(long row, int count) {
        if (scales.tensor().elements() == 1) {
            float[] same = new float[count * scales.groups()];
            Arrays.fill(same, scales.file().floats(scales.tensor().name())[0]);
            return same;
        }
        if (!columnsOfInputs) {
            return scales.file().readRows(scales.tensor().name(), row, count);
        }
        float[] values = new float[count * scales.groups()];
        for (int group = 0; group < scales.groups(); group++) {
            float[] line = scales.file().readRows(scales.tensor().name(), group, 1);
            for (int r = 0; r < count; r++) {
                values[r * scales.groups() + group] = line[Math.toIntExact(row + r)];
            }
        }
        return values;
    }
}
