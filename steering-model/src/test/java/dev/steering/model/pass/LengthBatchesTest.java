package dev.steering.model.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LengthBatchesTest {
    @Test
    void similarLengthsTogetherLongestFirst() {
        List<int[]> batches = LengthBatches.of(new int[] {3, 9, 3, 7, 9}, 2);
        assertEquals(3, batches.size());
        assertArrayEquals(new int[] {1, 4}, batches.get(0));
        assertArrayEquals(new int[] {3, 0}, batches.get(1));
        assertArrayEquals(new int[] {2}, batches.get(2));
    }

    @Test
    void nothingGivesNoBatches() {
        assertEquals(0, LengthBatches.of(new int[0], 4).size());
    }

    @Test
    void batchesNeedARow() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> LengthBatches.of(new int[] {1}, 0));
        assertEquals("batches of 0 rows", e.getMessage());
    }
}
