package dev.steering.export.quantization;

import dev.steering.core.BadRequest;
import dev.steering.export.decoder.DecoderWeights.QuantizedFormat;

/**
 * How the matrices of attention and MLP become integers, and the vocabulary head. Immutable.
 *
 * <p>What rounding to 4 bits leaves of error, in per cent of the weights (root mean square), with a zero point:
 *
 * <table>
 * <caption>4 bits, scales by range / fitted</caption>
 * <tr><th>blocks of</th><th>32</th><th>64</th><th>128</th></tr>
 * <tr><td>normally distributed weights</td><td>8.1 / 7.8</td><td>9.1 / 8.8</td><td>10.0 / 9.5</td></tr>
 * <tr><td>Laplace</td><td>9.4 / 9.2</td><td>11.2 / 10.9</td><td>13.0 / 12.4</td></tr>
 * <tr><td>Student's t, 5 degrees of freedom</td><td>9.3 / 9.0</td><td>11.2 / 10.8</td><td>13.3 / 12.7</td></tr>
 * </table>
 *
 * <p>Symmetric blocks of 32 by range, which is what the format q4_0 of other engines is, leave 8.6, 10.7 and 10.8 %. 8 bits leave 0.5 to
 * 0.6 % in blocks of 32. In memory MatMulNBits has 8 bytes to a block beside the integers, so that 4 bits are 6 per weight in blocks of 32, 5
 * in blocks of 64 and 4.5 in blocks of 128, and a single row is as fast as its weights can be read.
 *
 * <p>Hence the defaults: 4 bits in fitted blocks of 64, 8 bits in blocks of 32 by range, with a zero point; activations rounded to
 * 8 bits, which adds 0.5 % to a product and makes it several times faster; the head in 8 bits whatever the other matrices are in,
 * because in single precision it can be more than half of what a 4-bit model reads per token. Beside 4 bits it is in blocks of 128, where 8 bits
 * leave 0.6 %.
 *
 * @param bits per weight: 4 or 8
 * @param blockSize neighbouring weights of a row that share a scale: 16, 32, 64, 128 or 256
 * @param symmetric whether zero is always in the middle of the range; otherwise every block has a zero point
 * @param scales how the scale of a block is chosen
 * @param exactActivations whether activations stay in single precision: slower, with 8 bits slower than without quantisation
 * @param headBits per weight of the vocabulary head: 4, 8, or 0 to keep it as it is
 * @param headBlockSize neighbouring weights that share a scale in a head of 8 bits beside matrices of 4; any other head is in blocks
 *     of {@code blockSize}
 */
public record Quantization(
        int bits,
        int blockSize,
        boolean symmetric,
        BlockScales scales,
        boolean exactActivations,
        int headBits,
        int headBlockSize) {
    private static final int ROUNDED_TO_8_BITS = 4;
    private static final int USUAL_HEAD_BITS = 8;
    private static final int SMALLEST_BLOCK = 16;
    private static final int LARGEST_BLOCK = 256;

    /** @throws BadRequest if bits or block size are none of those that kernels take */
    public Quantization {
        if (bits != 4 && bits != 8) {
            throw new BadRequest("Cannot quantise to " + bits + " bits: expected 4 or 8.");
        }
        if (headBits != 0 && headBits != 4 && headBits != 8) {
            throw new BadRequest("Cannot quantise the head to " + headBits + " bits: expected 4, 8 or 0 for none.");
        }
        requireBlock(blockSize);
        requireBlock(headBlockSize);
    }

    private static void requireBlock(int size) {
        if (Integer.bitCount(size) != 1 || size < SMALLEST_BLOCK || size > LARGEST_BLOCK) {
            throw new BadRequest("Cannot quantise in blocks of " + size + ": expected 16, 32, 64, 128 or 256.");
        }
    }

    /**
     * @param bits 4 or 8
     * @return fitted blocks of 64 for 4 bits and blocks of 32 by range for 8, with a zero point; rounded activations, the head in
     *     8 bits, beside 4 bits in blocks of 128
     */
    public static Quantization ofBits(int bits) {
        return bits == 4
                ? new Quantization(bits, 64, false, BlockScales.FITTED, false, USUAL_HEAD_BITS, 128)
                : new Quantization(bits, 32, false, BlockScales.RANGE, false, USUAL_HEAD_BITS, 32);
    }

    /**
     * @param size neighbouring weights that share a scale, in the head too
     * @return a copy with that size
     */
    public Quantization withBlockSize(int size) {
        return new Quantization(bits, size, symmetric, scales, exactActivations, headBits, size);
    }

    /**
     * @param choice whether zero is always in the middle of the range
     * @return a copy with that choice
     */
    public Quantization withSymmetric(boolean choice) {
        return new Quantization(bits, blockSize, choice, scales, exactActivations, headBits, headBlockSize);
    }

    /**
     * @param choice how the scale of a block is chosen
     * @return a copy with that choice
     */
    public Quantization withScales(BlockScales choice) {
        return new Quantization(bits, blockSize, symmetric, choice, exactActivations, headBits, headBlockSize);
    }

    /**
     * @param choice whether activations stay in single precision
     * @return a copy with that choice and the head that goes with it: kept as it is, or else in 8 bits; {@link #withHeadBits}
     *     chooses another one afterwards
     */
    public Quantization withExactActivations(boolean choice) {
        return new Quantization(
                bits, blockSize, symmetric, scales, choice, choice ? 0 : USUAL_HEAD_BITS, headBlockSize);
    }

    /**
     * @param choice bits per weight of the vocabulary head: 4, 8, or 0 to keep it as it is
     * @return a copy with that choice
     */
    public Quantization withHeadBits(int choice) {
        return new Quantization(bits, blockSize, symmetric, scales, exactActivations, choice, headBlockSize);
    }

    /**
     * How the vocabulary head becomes integers.
     *
     * @return the same with the head's bits; one of 8 bits beside matrices of 4 has its scales by range, since fitting them gains
     *     nothing there
     * @throws IllegalStateException if the head is kept as it is
     */
    public Quantization head() {
        if (headBits == 0) {
            throw new IllegalStateException("the head is not quantised");
        }
        return headBits > bits
                ? new Quantization(
                        headBits,
                        headBlockSize,
                        symmetric,
                        BlockScales.RANGE,
                        exactActivations,
                        headBits,
                        headBlockSize)
                : new Quantization(headBits, blockSize, symmetric, scales, exactActivations, headBits, blockSize);
    }

    /** @return what the graph has to know */
    public QuantizedFormat format() {
        return new QuantizedFormat(bits, blockSize, exactActivations ? 0 : ROUNDED_TO_8_BITS);
    }

    /**
     * @param columns of a matrix
     * @return blocks of one of its rows; the last may be shorter
     */
    public int blocks(long columns) {
        return (int) ((columns + blockSize - 1) / blockSize);
    }

    /** @return bytes of one block's integers */
    public int blockBytes() {
        return blockSize * bits / Byte.SIZE;
    }

    /**
     * @param columns of a matrix
     * @return bytes of one row's zero points
     */
    public int zeroPointBytes(long columns) {
        return (blocks(columns) * bits + Byte.SIZE - 1) / Byte.SIZE;
    }
}
