package dev.steering.core.safetensors;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The element types of tensors, all little-endian: the one table of their sizes and of what safetensors and ONNX files call them.
 * Strings are not among them: they have no size.
 */
public enum DType {
    /** One byte, 0 or 1. */
    BOOL(8, 9, "BOOL"),
    /** Unsigned 8-bit integer. */
    U8(8, 2, "UINT8"),
    /** Signed 8-bit integer. */
    I8(8, 3, "INT8"),
    /** 8-bit float: 4 bits of exponent, 3 of mantissa. */
    F8_E4M3(8, 17, "FLOAT8E4M3FN"),
    /** 8-bit float: 5 bits of exponent, 2 of mantissa. */
    F8_E5M2(8, 19, "FLOAT8E5M2"),
    /** Signed 16-bit integer. */
    I16(16, 5, "INT16"),
    /** Unsigned 16-bit integer. */
    U16(16, 4, "UINT16"),
    /** IEEE 754 half precision. */
    F16(16, 10, "FLOAT16"),
    /** The upper half of a 32-bit float. */
    BF16(16, 16, "BFLOAT16"),
    /** Signed 32-bit integer. */
    I32(32, 6, "INT32"),
    /** Unsigned 32-bit integer. */
    U32(32, 12, "UINT32"),
    /** IEEE 754 single precision. */
    F32(32, 1, "FLOAT"),
    /** Signed 64-bit integer. */
    I64(64, 7, "INT64"),
    /** Unsigned 64-bit integer. */
    U64(64, 13, "UINT64"),
    /** IEEE 754 double precision. */
    F64(64, 11, "DOUBLE"),

    /** In ONNX files only: {@link #F8_E4M3} without a negative zero. */
    F8_E4M3_FNUZ(8, 18, "FLOAT8E4M3FNUZ", false),
    /** In ONNX files only: {@link #F8_E5M2} without infinities and negative zero. */
    F8_E5M2_FNUZ(8, 20, "FLOAT8E5M2FNUZ", false),
    /** In ONNX files only: a power of two in 8 bits. */
    F8_E8M0(8, 24, "FLOAT8E8M0", false),
    /** In ONNX files only: 4-bit float, two in a byte. */
    F4_E2M1(4, 23, "FLOAT4E2M1", false),
    /** In ONNX files only: unsigned 4-bit integer, two in a byte. */
    U4(4, 21, "UINT4", false),
    /** In ONNX files only: signed 4-bit integer, two in a byte. */
    I4(4, 22, "INT4", false),
    /** In ONNX files only: unsigned 2-bit integer, four in a byte. */
    U2(2, 25, "UINT2", false),
    /** In ONNX files only: signed 2-bit integer, four in a byte. */
    I2(2, 26, "INT2", false),
    /** In ONNX files only: two single-precision numbers. */
    C64(64, 14, "COMPLEX64", false),
    /** In ONNX files only: two double-precision numbers. */
    C128(128, 15, "COMPLEX128", false);

    private final int bits;
    private final int onnxNumber;
    private final String onnxName;
    private final boolean inSafetensors;

    DType(int bits, int onnxNumber, String onnxName) {
        this(bits, onnxNumber, onnxName, true);
    }

    DType(int bits, int onnxNumber, String onnxName, boolean inSafetensors) {
        this.bits = bits;
        this.onnxNumber = onnxNumber;
        this.onnxName = onnxName;
        this.inSafetensors = inSafetensors;
    }

    /**
     * @return bytes per element, 1 to 16
     * @throws IllegalStateException if several elements share a byte
     */
    public int bytes() {
        if (bits % Byte.SIZE != 0) {
            throw new IllegalStateException("several elements of type " + this + " share a byte");
        }
        return bits / Byte.SIZE;
    }

    /**
     * @param elements how many, at least 0
     * @return bytes that they take, the last one filled up; {@link Long#MAX_VALUE} if that is more than can be counted
     */
    public long bytes(long elements) {
        return elements > Long.MAX_VALUE / 128 ? Long.MAX_VALUE : (elements * bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /**
     * @return the name used in a safetensors file, e.g. {@code BF16}
     * @throws IllegalStateException if such files cannot hold it
     */
    public String safetensorsName() {
        if (!inSafetensors) {
            throw new IllegalStateException("safetensors files have no " + this);
        }
        return name();
    }

    /** @return the number that stands for it in an ONNX file, the specification's {@code TensorProto.DataType} */
    public int onnxNumber() {
        return onnxNumber;
    }

    /** @return the ONNX specification's name, e.g. {@code BFLOAT16} */
    public String onnxName() {
        return onnxName;
    }

    /** @return whether {@link SafetensorsFile#floats} reads it */
    public boolean isFloat() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    /**
     * @param from where an element of a float type begins, in the buffer's byte order; its position moves behind it
     * @return its value, exactly
     * @throws IllegalArgumentException if it is no float type
     */
    public double next(ByteBuffer from) {
        return switch (this) {
            case F16 -> TensorDecoder.float16(from.getShort());
            case BF16 -> TensorDecoder.bfloat16(from.getShort());
            case F32 -> from.getFloat();
            case F64 -> from.getDouble();
            default -> throw new IllegalArgumentException(this + " is not a float type");
        };
    }

    /** @return whether {@link SafetensorsFile#longs} reads it: every integer of whole bytes and {@link #BOOL} */
    public boolean isInteger() {
        return switch (this) {
            case BOOL, U8, I8, I16, U16, I32, U32, I64, U64 -> true;
            default -> false;
        };
    }

    /** @return the types that safetensors files can hold */
    public static List<DType> inSafetensors() {
        return Arrays.stream(values()).filter(type -> type.inSafetensors).toList();
    }

    /**
     * @param name a name as in a safetensors file, case-sensitive
     * @return the type, or empty if there is none of that name
     */
    public static Optional<DType> named(String name) {
        return Arrays.stream(values())
                .filter(type -> type.inSafetensors && type.name().equals(name))
                .findFirst();
    }

    /**
     * @param number as in an ONNX file
     * @return the type, or empty for strings and numbers that stand for nothing
     */
    public static Optional<DType> ofOnnx(int number) {
        return Arrays.stream(values()).filter(type -> type.onnxNumber == number).findFirst();
    }

    /**
     * @param name as in the ONNX specification, case-sensitive
     * @return the type, or empty for strings and names that stand for nothing
     */
    public static Optional<DType> ofOnnx(String name) {
        return Arrays.stream(values())
                .filter(type -> type.onnxName.equals(name))
                .findFirst();
    }
}
