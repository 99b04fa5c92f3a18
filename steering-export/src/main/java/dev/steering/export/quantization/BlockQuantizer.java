package dev.steering.export.quantization;

import java.util.stream.IntStream;

/**
 * Rounds rows of weights to integers in the layout of ONNX Runtime's {@code MatMulNBits}: {@code w = (q - zero) * scale} with
 * q, zero in {@code 0 .. 2^bits - 1}; of two 4-bit numbers in a byte the first is the lower one.
 *
 * <p>With a zero point the range of a block is that of its weights and 0. Symmetrically the weight of the largest magnitude
 * becomes exactly 0 in integers, and zero is half the range. A block of zeros has the scale 0. The places behind a row's last
 * weight are 0: MatMulNBits does not read them.
 *
 * <p>{@link BlockScales#FITTED} shortens both ends of the range by the same share, which leaves the zero point where it is. For given
 * integers the scale that minimises {@code sum (w - d * scale)^2}, with {@code d = q - zero}, is {@code sum w d / sum d^2}.
 */
public final class BlockQuantizer {
    /** Of a block's range. The first is the range itself: of equals, the first is kept. */
    private static final float[] SHARES = {1, .94f, .88f, .82f, .76f, .7f};

    private final Quantization how;
    private final int columns;
    private final int largest;
    private final int middle;

    /**
     * @param how bits, blocks, scales and zero points
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
        int zero = how.symmetric() ? middle : scale == 0 ? 0 : clamp(-low / scale);
        Scale chosen = how.scales() == BlockScales.FITTED && scale != 0
                ? fitted(weights, from, count, scale, zero)
                : new Scale(scale, scale);
        float inverse = scale == 0 ? 0 : 1 / chosen.step;
        int index = row * how.blocks(columns) + block;
        result.scales()[index] = chosen.written;
        if (!how.symmetric()) {
            put(result.zeroPoints(), row * how.zeroPointBytes(columns), block, zero);
        }
        for (int i = 0; i < count; i++) {
            put(result.packed(), index * how.blockBytes(), i, clamp(weights[from + i] * inverse + zero));
        }
    }

    /**
     * Scales of a block.
     *
     * @param step that its integers are rounded with
     * @param written that they are multiplied with afterwards
     */
    private record Scale(float step, float written) {}

    /** The best of {@link #SHARES} for one block; the range's own scale if nothing is better, or if nothing can be compared. */
    private Scale fitted(float[] weights, int from, int count, float scale, int zero) {
        Scale best = new Scale(scale, scale);
        double most = 0;
        for (float share : SHARES) {
            float step = scale * share;
            float inverse = 1 / step;
            double products = 0;
            int squares = 0;
            for (int i = from; i < from + count; i++) {
                float weight = weights[i];
                int distance = clamp(weight * inverse + zero) - zero;
                products += (double) weight * distance;
                squares += distance * distance;
            }
            if (step == scale) {
                most = explained(scale, products, squares);
            }
            float fit = (float) (products / squares);
            double explained = explained(fit, products, squares);
            // Never true of weights that are not numbers.
            if (explained > most) {
                most = explained;
                best = new Scale(step, fit);
            }
        }
        return best;
    }

    /** By how much the squared error is less than without the block: {@code sum w^2 - sum (w - d * scale)^2}. */
    private static double explained(float scale, double products, int squares) {
        return scale * (2 * products - scale * (double) squares);
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
