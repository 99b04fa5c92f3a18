package dev.steering.model.ort.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.steering.core.safetensors.DType;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PassMemoryTest {
    private final PassMemory memory = new PassMemory(Sessions.environment());

    @AfterEach
    void close() {
        memory.close();
    }

    private OnnxTensor integers(DType type, long[] values, long... shape) throws OrtException {
        PassTensor tensor = memory.input("x", type, shape);
        for (int i = 0; i < values.length; i++) {
            tensor.put(i, values[i]);
        }
        return Objects.requireNonNull(memory.inputs().get("x"));
    }

    @ParameterizedTest
    @EnumSource(names = {"I64", "I32", "I8", "U8", "F32", "F64", "F16", "BF16"})
    void aMaskInEveryType(DType type) throws OrtException {
        Object values = integers(type, new long[] {1, 0, 1}, 1, 3).getValue();
        String expected = type.isFloat() ? "[[[1.0, 0.0, 1.0]]]" : "[[[1, 0, 1]]]";
        assertEquals(expected, Arrays.deepToString(new Object[] {values}));
    }

    @Test
    void booleans() throws OrtException {
        assertArrayEquals(new boolean[] {false, true}, (boolean[])
                integers(DType.BOOL, new long[] {0, 1}, 2).getValue());
    }

    @Test
    void aScalar() throws OrtException {
        assertEquals(7L, integers(DType.I64, new long[] {7}).getValue());
        assertEquals(true, integers(DType.BOOL, new long[] {1}).getValue());
    }

    @Test
    void halfPrecisionIsForMasksOnly() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> integers(DType.F16, new long[] {2}, 1));
        assertEquals("a half-precision input can only be a mask, found 2", e.getMessage());
    }

    @Test
    void aTensorOfTheSameShapeIsTheSameAndAnotherShapeUsesTheSameMemory() throws OrtException {
        OnnxTensor first = integers(DType.I64, new long[] {1, 2, 3, 4}, 2, 2);
        assertSame(first, integers(DType.I64, new long[] {5, 6, 7, 8}, 2, 2));
        assertArrayEquals(new long[][] {{5, 6}, {7, 8}}, (long[][]) first.getValue());
        OnnxTensor other = integers(DType.I64, new long[] {9}, 1, 3);
        assertNotSame(first, other);
        assertTrue(first.isClosed());
        assertArrayEquals(new long[][] {{9, 6, 7}}, (long[][]) other.getValue(), "what was there is still there");
    }

    @Test
    void aTensorThatGrowsInEveryStepSeldomGetsNewMemory() throws OrtException {
        Set<Integer> sizes = new HashSet<>();
        for (int length = 1; length <= 1000; length++) {
            sizes.add(memory.input("mask", DType.I64, 2, length).capacity());
        }
        assertTrue(sizes.size() <= 11, sizes.size() + " times");
    }

    @Test
    void clearingSetsEveryByteToZero() throws OrtException {
        integers(DType.U8, new long[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 11);
        memory.input("x", DType.U8, 11).clear();
        assertArrayEquals(new byte[11], (byte[]) memory.inputs().get("x").getValue());
    }

    @Test
    void memoryOfOthersIsWrappedOnceAndLetGo() throws OrtException {
        FloatBuffer theirs = Tensors.floats(1, 2);
        memory.output("y", theirs, 1, 2);
        OnnxTensor wrapped = memory.outputs().get("y");
        memory.output("y", theirs, 1, 2);
        assertSame(wrapped, memory.outputs().get("y"));
        memory.release();
        assertTrue(wrapped.isClosed());
        assertTrue(memory.outputs().isEmpty());
    }

    @Test
    void anotherGraphStartsWithoutTheInputsOfTheLastOne() throws OrtException {
        memory.begin("first");
        integers(DType.I64, new long[] {7}, 1);
        memory.begin("first");
        assertEquals(1, memory.inputs().size());
        memory.begin("second");
        assertTrue(memory.inputs().isEmpty());
    }
}
