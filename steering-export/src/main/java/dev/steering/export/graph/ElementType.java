package dev.steering.export.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** Element types that the exported graphs use. */
public enum ElementType {
    /** IEEE 754 single precision. */
    FLOAT32(DataType.FLOAT, "f32"),
    /** IEEE 754 half precision. */
    FLOAT16(DataType.FLOAT16, "f16"),
    /** The upper half of a single-precision number. */
    BFLOAT16(DataType.BFLOAT16, "bf16"),
    /** Unsigned byte. */
    UINT8(DataType.UINT8, "u8"),
    /** 32-bit integer. */
    INT32(DataType.INT32, "i32"),
    /** 64-bit integer. */
    INT64(DataType.INT64, "i64");

    private final DataType onnx;
    private final String suffix;

    ElementType(DataType onnx, String suffix) {
        this.onnx = onnx;
        this.suffix = suffix;
    }

    /** @return the number that stands for it in an ONNX file */
    public int onnx() {
        return onnx.getNumber();
    }

    /** @return a short name, for names of converted values */
    public String suffix() {
        return suffix;
    }
}
