package dev.steering.export.quantization;

import java.util.stream.IntStream;

/**
 * Rounds rows of weights to integers in the layout of ONNX Runtime's {@code MatMulNBits}: {@code w = (q - zero) * scale} with
 * q, zero in {@code 0 .. 2^bits - 1}; of two 4-bit numbers in a byte the first is the lower one.
 *
 * <p>With a zero point the range of a block is that of its weights and 0. Symmetrically the weight of the largest magnitude
 * becomes exactly 0 in integers, and zero is half the range. A block of zeros has the scale 0. The places behind a row's last
 * weight are 0: MatMulNBits does not read them.
 */
public final class BlockQuantizer {
    private final Quantization how;
    private final int columns;
    private final int largest;
    private final int middle;

    /**
     * @param how bits, blocks and zero points
     * @param columns of the matrix
     */
    public BlockQuantizer(Quantization how, int columns) {
        this.how = how;
        this.columns = columns;
        this.largest = (1 << how.bits()) - 1;
        this.middle = 1 << (how.bits() - 1);
    }

    /**
     * Rows of a matrix as integers.
     *
     * @param packed {@code [rows, blocks, blockBytes]}
     * @param scales {@code [rows, blocks]}
     * @param zeroPoints {@code [rows, zeroPointBytes]}; empty if symmetric
     */
    @SuppressWarnings("ArrayRecordComponent") // megabytes that are written to a file and forgotten
    public record Rows(byte[] packed, float[] scales, byte[] zeroPoints) {}

    /**
     * @param weights row-major {@code [rows, columns]}
     * @param rows number of rows
     * @return their integers; the same whatever the number of processors
     */
    public Rows quantize(float[] weights, int rows) {
        int blocks = how.blocks(columns);
        int zeroBytes = how.symmetric() ? 0 : how.zeroPointBytes(columns);
        Rows result = new Rows(
                new byte[rows * blocks * how.blockBytes()], new float[rows * blocks], new byte[rows * zeroBytes]);
        IntStream.range(0, rows).parallel().forEach(row -> {
            for (int block = 0; block < blocks; block++) {
                quantize(weights, row, block, result);
            }
            if (!how.symmetric() && how.bits() < Byte.SIZE && blocks % 2 != 0) {
                // As ONNX Runtime's own quantiser fills the byte up.
                put(result.zeroPoints(), row * zeroBytes, blocks, middle);
            }
        });
        return result;
    }

    private void quantize(float[] weights, int row, int block, Rows result) {
        int from = row * columns + block * how.blockSize();
        int count = Math.min(how.blockSize(), columns - block * how.blockSize());
        float low = 0;
        float high = 0;
        for (int i = from; i < from + count; i++) {
            low = Math.min(low, weights[i]);
            high = Math.max(high, weights[i]);
        }
        float scale = how.symmetric() ? (high > -low ? high : low) / -middle : (high - low) / largest;
        float inverse = scale == 0 ? 0 : 1 / scale;
        int zero = how.symmetric() ? middle : scale == 0 ? 0 : clamp(-low / scale);
        int index = row * how.blocks(columns) + block;
        result.scales()[index] = scale;
        if (!how.symmetric()) {
            put(result.zeroPoints(), row * how.zeroPointBytes(columns), block, zero);
        }
        for (int i = 0; i < count; i++) {
            put(result.packed(), index * how.blockBytes(), i, clamp(weights[from + i] * inverse + zero));
        }
    }

    /** To the nearest integer in the range; the conversion truncates, but what is negative becomes 0 either way. */
    private int clamp(float value) {
        return Math.min(Math.max((int) (value + 0.5), 0), largest);
    }

    private void put(byte[] bytes, int from, int index, int value) {
        if (how.bits() == Byte.SIZE) {
            bytes[from + index] = (byte) value;
        } else {
            bytes[from + index / 2] |= (byte) (value << (index % 2 * how.bits()));
        }
    }
}
