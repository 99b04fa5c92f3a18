package dev.steering.export.instrument;

import dev.steering.core.safetensors.DType;
import org.jspecify.annotations.Nullable;

/** ONNX's element types: their numbers, sizes and our names. */
final class ElementTypes {
    static final int FLOAT = 1;
    static final int INT32 = 6;
    static final int INT64 = 7;
    static final int BOOL = 9;
    static final int FLOAT16 = 10;
    static final int BFLOAT16 = 16;

    private ElementTypes() {}

    /** Bytes that so many elements take; -1 where the type has no fixed size that we know. */
    static long bytes(int type, long elements) {
        int bits =
                switch (type) {
                    case 2, 3, BOOL, 17, 18, 19, 20, 24 -> 8;
                    case 4, 5, FLOAT16, BFLOAT16 -> 16;
                    case FLOAT, INT32, 12 -> 32;
                    case INT64, 11, 13, 14 -> 64;
                    case 15 -> 128;
                    case 21, 22, 23 -> 4;
                    case 25, 26 -> 2;
                    default -> -1;
                };
        if (bits < 0) {
            return -1;
        }
        return elements > Long.MAX_VALUE / 128 ? Long.MAX_VALUE : (elements * bits + 7) / 8;
    }

    /** Our name of a type that graph inputs may have; null for one that no decoder's input has. */
    static @Nullable DType named(int type) {
        return switch (type) {
            case FLOAT -> DType.F32;
            case FLOAT16 -> DType.F16;
            case BFLOAT16 -> DType.BF16;
            case INT32 -> DType.I32;
            case INT64 -> DType.I64;
            case BOOL -> DType.BOOL;
            default -> null;
        };
    }

    static boolean isFloat(int type) {
        return type == FLOAT || type == FLOAT16 || type == BFLOAT16;
    }
}
