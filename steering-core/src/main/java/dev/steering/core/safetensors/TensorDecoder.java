package dev.steering.core.safetensors;

import dev.steering.core.BadFile;
import java.nio.ByteBuffer;

/** Turns little-endian bytes into Java numbers. */
final class TensorDecoder {
    private TensorDecoder() {}

    /** Decodes {@code count} floats from the buffer's position on; the buffer must be little-endian. */
    static void floats(DType dtype, ByteBuffer from, float[] to, int start, int count) {
        switch (dtype) {
            case F32 -> from.asFloatBuffer().get(to, start, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    to[start + i] = float16(from.getShort());
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    to[start + i] = bfloat16(from.getShort());
                }
            }
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    to[start + i] = (float) from.getDouble();
                }
            }
            default -> throw new IllegalArgumentException(dtype + " is not a float type");
        }
    }

    /** Decodes {@code count} integers from the buffer's position on; the buffer must be little-endian. */
    static void longs(DType dtype, ByteBuffer from, long[] to, int start, int count) {
        for (int i = start; i < start + count; i++) {
            to[i] = switch (dtype) {
                case BOOL, U8 -> Byte.toUnsignedLong(from.get());
                case I8 -> from.get();
                case U16 -> Short.toUnsignedLong(from.getShort());
                case I16 -> from.getShort();
                case U32 -> Integer.toUnsignedLong(from.getInt());
                case I32 -> from.getInt();
                case I64 -> from.getLong();
                case U64 -> signed(from.getLong());
                default -> throw new IllegalArgumentException(dtype + " is not an integer type");
            };
        }
    }

    private static long signed(long unsigned) {
        if (unsigned < 0) {
            throw new BadFile("a U64 value is larger than 9223372036854775807, the largest that can be read: "
                    + Long.toUnsignedString(unsigned));
        }
        return unsigned;
    }

    /** IEEE 754 half to single precision, exact for every value; a NaN keeps its payload. */
    static float float16(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int mantissa = half & 0x3ff;
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | 0x7f800000 | mantissa << 13);
        }
        if (exponent == 0) {
            // A subnormal is mantissa * 2^-24, which a float holds exactly.
            float magnitude = mantissa * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (exponent + (127 - 15)) << 23 | mantissa << 13);
    }

    static float bfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
