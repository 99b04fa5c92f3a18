package dev.steering.model.ort.internal;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.steering.core.safetensors.DType;

/** What ONNX Runtime's Java classes say of element types; the types themselves are {@link DType}'s. */
public final class ElementTypes {
    private static final String PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

    private ElementTypes() {}

    /** As in the ONNX specification, e.g. {@code FLOAT16}. */
    public static String onnxName(TensorInfo info) {
        return info.onnxType.name().substring(PREFIX.length());
    }

    /**
     * @throws IllegalArgumentException if tensors of this type cannot be made
     */
    public static OnnxJavaType java(DType type) {
        return switch (type) {
            case F32 -> OnnxJavaType.FLOAT;
            case F64 -> OnnxJavaType.DOUBLE;
            case F16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            case I8 -> OnnxJavaType.INT8;
            case I16 -> OnnxJavaType.INT16;
            case I32 -> OnnxJavaType.INT32;
            case I64 -> OnnxJavaType.INT64;
            case U8 -> OnnxJavaType.UINT8;
            case BOOL -> OnnxJavaType.BOOL;
            default -> throw new IllegalArgumentException("graph inputs of type " + type + " are not supported");
        };
    }
}
