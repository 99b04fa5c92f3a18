package dev.steering.model.ort.internal;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.steering.core.safetensors.DType;
import java.util.Optional;

/** Our names of element types and ONNX Runtime's. */
public final class ElementTypes {
    private static final String PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

    private ElementTypes() {}

    /** As in the ONNX specification, e.g. {@code FLOAT16}. */
    public static String onnxName(TensorInfo info) {
        return info.onnxType.name().substring(PREFIX.length());
    }

    /** Empty for strings, complex numbers and what has no name in a safetensors file. */
    public static Optional<DType> of(TensorInfo info) {
        return switch (onnxName(info)) {
            case "FLOAT" -> Optional.of(DType.F32);
            case "DOUBLE" -> Optional.of(DType.F64);
            case "FLOAT16" -> Optional.of(DType.F16);
            case "BFLOAT16" -> Optional.of(DType.BF16);
            case "INT8" -> Optional.of(DType.I8);
            case "INT16" -> Optional.of(DType.I16);
            case "INT32" -> Optional.of(DType.I32);
            case "INT64" -> Optional.of(DType.I64);
            case "UINT8" -> Optional.of(DType.U8);
            case "UINT16" -> Optional.of(DType.U16);
            case "UINT32" -> Optional.of(DType.U32);
            case "UINT64" -> Optional.of(DType.U64);
            case "BOOL" -> Optional.of(DType.BOOL);
            default -> Optional.empty();
        };
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
            case U16, U32, U64, F8_E4M3, F8_E5M2 ->
                throw new IllegalArgumentException("graph inputs of type " + type + " are not supported");
        };
    }
}
