package dev.steering.export;

import dev.steering.core.safetensors.DType;

/**
 * What a bundle computes in. Whatever it is, the residual stream, the norms, steering, capture and logits are in single
 * precision.
 */
public enum Precision {
    /** Everything in single precision; the weights are linked as they are. */
    FP32("f32", DType.F32, 0),
    /**
     * Matrices, attention and cache in half precision; the weights are linked as they are. For GPUs: on a CPU ONNX Runtime
     * computes most of it in single precision behind conversions, which is slower than {@link #FP32}.
     */
    FP16("f16", DType.F16, 0),
    /** The matrices of attention and MLP as 8-bit integers, usually the vocabulary head too, the rest as {@link #FP32}. */
    INT8("int8", DType.F32, 8),
    /** The matrices of attention and MLP as 4-bit integers, usually the head in 8 bits, the rest as {@link #FP32}. */
    INT4("int4", DType.F32, 4);

    private final String manifestName;
    private final DType type;
    private final int bits;

    Precision(String manifestName, DType type, int bits) {
        this.manifestName = manifestName;
        this.type = type;
        this.bits = bits;
    }

    /** @return the manifest's {@code dtype} */
    public String manifestName() {
        return manifestName;
    }

    /** @return bits of a quantised weight; 0 if weights are not quantised */
    public int bits() {
        return bits;
    }

    DType type() {
        return type;
    }
}
