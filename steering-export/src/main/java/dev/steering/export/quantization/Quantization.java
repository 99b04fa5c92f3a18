package dev.steering.export.quantization;

import dev.steering.core.BadRequest;
import dev.steering.export.decoder.DecoderWeights.QuantizedFormat;

/**
 * How the matrices of attention and MLP become integers, and the vocabulary head. Immutable.
 *
 * <p>The defaults: blocks of 32 with a zero point, which for normally distributed weights leaves a relative error of 8.1 % in
 * 4 bits (8.6 % without the zero point, 10 % in blocks of 128) and of 0.5 % in 8 bits; activations rounded to 8 bits, which adds
 * 0.5 % to a product and makes it several times faster; the head in 8 bits whatever the other matrices are in, because in single
 * precision it can be more than half of what a 4-bit model reads per token.
 *
 * @param bits per weight: 4 or 8
 * @param blockSize neighbouring weights of a row that share a scale: 16, 32, 64, 128 or 256
 * @param symmetric whether zero is always in the middle of the range; otherwise every block has a zero point
 * @param exactActivations whether activations stay in single precision: slower, with 8 bits slower than without quantisation
 * @param headBits per weight of the vocabulary head: 4, 8, or 0 to keep it as it is
 */
public record Quantization(int bits, int blockSize, boolean symmetric, boolean exactActivations, int headBits) {
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
        if (Integer.bitCount(blockSize) != 1 || blockSize < SMALLEST_BLOCK || blockSize > LARGEST_BLOCK) {
            throw new BadRequest("Cannot quantise in blocks of " + blockSize + ": expected 16, 32, 64, 128 or 256.");
        }
    }

    /**
     * @param bits 4 or 8
     * @return blocks of 32 with a zero point, rounded activations, the head in 8 bits
     */
    public static Quantization ofBits(int bits) {
        return new Quantization(bits, 32, false, false, USUAL_HEAD_BITS);
    }

    /**
     * @param size neighbouring weights that share a scale
     * @return a copy with that size
     */
    public Quantization withBlockSize(int size) {
        return new Quantization(bits, size, symmetric, exactActivations, headBits);
    }

    /**
     * @param choice whether zero is always in the middle of the range
     * @return a copy with that choice
     */
    public Quantization withSymmetric(boolean choice) {
        return new Quantization(bits, blockSize, choice, exactActivations, headBits);
    }

    /**
     * @param choice whether activations stay in single precision
     * @return a copy with that choice and the head that goes with it: kept as it is, or else in 8 bits; {@link #withHeadBits}
     *     chooses another one afterwards
     */
    public Quantization withExactActivations(boolean choice) {
        return new Quantization(bits, blockSize, symmetric, choice, choice ? 0 : USUAL_HEAD_BITS);
    }

    /**
     * @param choice bits per weight of the vocabulary head: 4, 8, or 0 to keep it as it is
     * @return a copy with that choice
     */
    public Quantization withHeadBits(int choice) {
        return new Quantization(bits, blockSize, symmetric, exactActivations, choice);
    }

    /**
     * How the vocabulary head becomes integers.
     *
     * @return the same with the head's bits
     * @throws IllegalStateException if the head is kept as it is
     */
    public Quantization head() {
        if (headBits == 0) {
            throw new IllegalStateException("the head is not quantised");
        }
        return new Quantization(headBits, blockSize, symmetric, exactActivations, headBits);
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
