package dev.steering.export.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** Element types that the exported graphs use. */
public enum ElementType {
    /** IEEE 754 single precision. */
    FLOAT32(DataType.FLOAT),
    /** IEEE 754 half precision. */
    FLOAT16(DataType.FLOAT16),
    /** The upper half of a single-precision number. */
    BFLOAT16(DataType.BFLOAT16),
    /** 32-bit integer. */
    INT32(DataType.INT32),
    /** 64-bit integer. */
    INT64(DataType.INT64);

    private final DataType onnx;

    ElementType(DataType onnx) {
        this.onnx = onnx;
    }

    /** @return the number that stands for it in an ONNX file */
    public int onnx() {
        return onnx.getNumber();
    }
}
