package dev.steering.core.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OrtException;
import dev.steering.core.safetensors.DType;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorsTest {
    private final Tensors tensors = new Tensors(Sessions.environment());

    @AfterEach
    void close() {
        tensors.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"I64", "I32", "I8", "U8", "F32", "F64", "F16", "BF16"})
    void aMaskInEveryType(DType type) throws OrtException {
        Object values = tensors.integers(type, new long[] {1, 0, 1}, 1, 3).getValue();
        String expected = type.isFloat() ? "[[[1.0, 0.0, 1.0]]]" : "[[[1, 0, 1]]]";
        assertEquals(expected, Arrays.deepToString(new Object[] {values}));
    }

    @Test
    void booleans() throws OrtException {
        assertArrayEquals(new boolean[] {false, true}, (boolean[])
                tensors.integers(DType.BOOL, new long[] {0, 1}, 2).getValue());
    }

    @Test
    void aScalar() throws OrtException {
        assertEquals(7L, tensors.integers(DType.I64, new long[] {7}).getValue());
        assertEquals(true, tensors.integers(DType.BOOL, new long[] {1}).getValue());
    }

    @Test
    void halfPrecisionIsForMasksOnly() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> tensors.integers(DType.F16, new long[] {2}, 1));
        assertEquals("a half-precision input can only be a mask, found 2", e.getMessage());
    }
}
