package dev.steering.core.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.bundle.GraphSignature.Cache;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.bundle.GraphSignature.CacheMode;
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
        for (List<String> shape :
                List.of(List.of("batch", "length", "length"), List.of("2", "batch"), List.<String>of())) {
            assertEquals(
                    "k: expected one axis of positions, found " + shape,
                    assertThrows(IllegalArgumentException.class, () -> new CacheEntry("k", "v", DType.F32, shape))
                            .getMessage());
        }
    }

    @Test
    void aStateHasNoAxisOfPositionsAndIsUpdatedInPlace() {
        CacheEntry state = entry("batch", "3", "4");
        assertTrue(state.holdsState());
        assertArrayEquals(new long[] {2, 3, 4}, state.sizes(2, 9));
        assertTrue(new Cache(CacheMode.IN_PLACE, List.of(state)).hasStates());
        assertFalse(new Cache(CacheMode.IN_PLACE, List.of(entry("batch", "length", "4"))).hasStates());
        assertEquals(
                "k: expected one axis of positions, found [batch, 3, 4]",
                assertThrows(IllegalArgumentException.class, () -> new Cache(CacheMode.GROWING, List.of(state)))
                        .getMessage());
    }

    private static CacheEntry entry(String... shape) {
        return new CacheEntry("k", "v", DType.F32, List.of(shape));
    }
}
