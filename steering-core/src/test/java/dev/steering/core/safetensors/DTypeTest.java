package dev.steering.core.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DTypeTest {
    @Test
    void theLastByteIsFilledUp() {
        assertEquals(12, DType.F32.bytes(3));
        assertEquals(2, DType.U4.bytes(3));
        assertEquals(1, DType.I2.bytes(3));
        assertEquals(0, DType.I2.bytes(0));
        assertEquals(16, DType.C128.bytes());
    }

    @Test
    void sizesThatCannotBeCountedAreTheLargestNumber() {
        assertEquals(Long.MAX_VALUE, DType.F64.bytes(Long.MAX_VALUE / 8 + 1));
    }

    @Test
    void whatOnnxAloneHasIsNotFoundInSafetensorsFiles() {
        assertEquals(Optional.empty(), DType.named("U4"));
        assertEquals(Optional.of(DType.BF16), DType.named("BF16"));
        assertEquals(
                "safetensors files have no U4",
                assertThrows(IllegalStateException.class, DType.U4::safetensorsName)
                        .getMessage());
        assertEquals(
                "several elements of type U4 share a byte",
                assertThrows(IllegalStateException.class, DType.U4::bytes).getMessage());
    }

    @Test
    void noTwoTypesHaveOneOnnxNumberOrName() {
        List<DType> types = Arrays.asList(DType.values());
        assertEquals(
                types.size(), types.stream().map(DType::onnxNumber).distinct().count());
        assertEquals(
                types.size(), types.stream().map(DType::onnxName).distinct().count());
        assertEquals(Optional.empty(), DType.ofOnnx(8));
        assertEquals(Optional.of(DType.F32), DType.ofOnnx("FLOAT"));
    }
}
