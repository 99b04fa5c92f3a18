package dev.steering.core.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.safetensors.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphSignatureTest {
    @Test
    void shapesFollowRowsAndPositions() {
        assertArrayEquals(
                new long[] {3, 2, 7, 32}, entry("batch", "2", "length", "32").sizes(3, 7));
        assertArrayEquals(
                new long[] {12, 7, 64}, entry("4*batch", "length", "64").sizes(3, 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "99999999999", "-1", "", "x*batch", "2*length", "1.5"})
    void anAxisThatIsNoneIsRefused(String axis) {
        assertEquals(
                "k: expected an axis batch, length, a number of at most nine digits, or N*batch, found '" + axis + "'",
                assertThrows(IllegalArgumentException.class, () -> entry("batch", axis, "length"))
                        .getMessage());
    }

    @Test
    void oneAxisIsOfPositions() {
        assertEquals(
                "k: expected one axis of positions, found [batch, 2]",
                assertThrows(IllegalArgumentException.class, () -> entry("batch", "2"))
                        .getMessage());
    }

    private static CacheEntry entry(String... shape) {
        return new CacheEntry("k", "v", DType.F32, List.of(shape));
    }
}
