package dev.steering.core.safetensors;

/**
 * Numbers of 16 bits, F16 (IEEE 754 half) and BF16 (the upper half of a float). Reading is exact; writing rounds to the nearest, ties to
 * even, and what is beyond the largest number becomes infinite. Stateless and thread-safe.
 */
public final class HalfPrecision {
    private static final int SMALLEST_NORMAL_EXPONENT = -14;
    private static final int LARGEST_EXPONENT = 15;

    private HalfPrecision() {}

    /**
     * @param type F16 or BF16
     * @param bits the number's bits
     * @return its value
     * @throws IllegalArgumentException if it is another type
     */
    public static float read(DType type, short bits) {
        return switch (type) {
            case F16 -> TensorDecoder.float16(bits);
            case BF16 -> TensorDecoder.bfloat16(bits);
            default -> throw new IllegalArgumentException(type + " has not 16 bits");
        };
    }

    /**
     * @param type F16 or BF16
     * @param value a number
     * @return the bits of the nearest one
     * @throws IllegalArgumentException if it is another type
     */
    public static short write(DType type, float value) {
        return switch (type) {
            case F16 -> float16(value);
            case BF16 -> bfloat16(value);
            default -> throw new IllegalArgumentException(type + " has not 16 bits");
        };
    }

    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }

    private static short float16(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        int exponent = Math.max(Math.getExponent(magnitude), SMALLEST_NORMAL_EXPONENT);
        if (exponent > LARGEST_EXPONENT) {
            return (short) (sign | 0x7c00);
        }
        // In units of the last place; rint rounds ties to even. A carry moves into the exponent's bits, as it should.
        int units = (int) Math.rint((double) magnitude * Math.scalb(1.0, 10 - exponent));
        return (short) (sign | ((exponent - SMALLEST_NORMAL_EXPONENT) << 10) + units);
    }
}
