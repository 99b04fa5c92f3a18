package dev.steering.export.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.steering.core.safetensors.DType;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElementTypesTest {
    /** Our table against the enumeration that the ONNX project's own schema was compiled to. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNDEFINED", "STRING"})
    void numbersAndNamesAreThoseOfTheOnnxSchema(DataType type) {
        assertEquals(Optional.of(type.name()), DType.ofOnnx(type.getNumber()).map(DType::onnxName));
        assertEquals(Optional.of(type.getNumber()), DType.ofOnnx(type.name()).map(DType::onnxNumber));
    }
}
