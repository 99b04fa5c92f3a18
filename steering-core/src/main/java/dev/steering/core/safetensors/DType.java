package dev.steering.core.safetensors;

import java.util.Optional;

/** The element types of safetensors files, all little-endian. A constant's name is its name in the file. */
public enum DType {
    /** One byte, 0 or 1. */
    BOOL(1),
    /** Unsigned 8-bit integer. */
    U8(1),
    /** Signed 8-bit integer. */
    I8(1),
    /** 8-bit float: 4 bits of exponent, 3 of mantissa. */
    F8_E4M3(1),
    /** 8-bit float: 5 bits of exponent, 2 of mantissa. */
    F8_E5M2(1),
    /** Signed 16-bit integer. */
    I16(2),
    /** Unsigned 16-bit integer. */
    U16(2),
    /** IEEE 754 half precision. */
    F16(2),
    /** The upper half of a 32-bit float. */
    BF16(2),
    /** Signed 32-bit integer. */
    I32(4),
    /** Unsigned 32-bit integer. */
    U32(4),
    /** IEEE 754 single precision. */
    F32(4),
    /** Signed 64-bit integer. */
    I64(8),
    /** Unsigned 64-bit integer. */
    U64(8),
    /** IEEE 754 double precision. */
    F64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** @return bytes per element, 1 to 8 */
    public int bytes() {
        return bytes;
    }

    /** @return the name used in the file, e.g. {@code BF16} */
    public String safetensorsName() {
        return name();
    }

    /** @return whether {@link SafetensorsFile#floats} reads it */
    public boolean isFloat() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    /** @return whether {@link SafetensorsFile#longs} reads it: every integer type and {@link #BOOL} */
    public boolean isInteger() {
        return switch (this) {
            case BOOL, U8, I8, I16, U16, I32, U32, I64, U64 -> true;
            case F8_E4M3, F8_E5M2, F16, BF16, F32, F64 -> false;
        };
    }

    /**
     * @param name a name as in the file, case-sensitive
     * @return the type, or empty if there is none of that name
     */
    public static Optional<DType> named(String name) {
        for (DType dtype : values()) {
            if (dtype.safetensorsName().equals(name)) {
                return Optional.of(dtype);
            }
        }
        return Optional.empty();
    }
}
