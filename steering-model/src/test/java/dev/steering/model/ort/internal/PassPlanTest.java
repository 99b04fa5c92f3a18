package dev.steering.model.ort.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.model.ort.internal.PassPlan.Target;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PassPlanTest {
    private static final List<int[]> RAGGED = List.of(new int[] {7, 8, 9}, new int[] {5});
    private static final List<int[]> SINGLE = List.of(new int[] {7}, new int[] {5});

    /** What is written, up to the last index. */
    private static long[] written(Consumer<Target> array) {
        Map<Integer, Long> values = new TreeMap<>();
        array.accept((index, value) -> assertNull(values.put(index, value), "written twice"));
        assertEquals(values.size() - 1, Collections.max(values.keySet()), "every element is written");
        return values.values().stream().mapToLong(Long::longValue).toArray();
    }

    @Test
    void leftPaddingIsBeforeTheTokens() {
        PassPlan plan = PassPlan.fresh(Padding.LEFT, RAGGED);
        assertArrayEquals(new long[] {7, 8, 9, 0, 0, 5}, written(plan::ids));
        assertArrayEquals(new long[] {1, 1, 1, 0, 0, 1}, written(plan::mask));
        assertArrayEquals(new long[] {0, 1, 2, 1, 1, 0}, written(plan::positions));
        assertArrayEquals(new long[] {0, 1, 2}, written(plan::slots));
        assertEquals(2, plan.index(1, 0));
        assertEquals(3, plan.end(1));
    }

    @Test
    void rightPaddingIsAfterTheTokens() {
        PassPlan plan = PassPlan.fresh(Padding.RIGHT, RAGGED);
        assertArrayEquals(new long[] {7, 8, 9, 5, 0, 0}, written(plan::ids));
        assertArrayEquals(new long[] {1, 1, 1, 1, 0, 0}, written(plan::mask));
        assertArrayEquals(new long[] {0, 1, 2, 0, 1, 1}, written(plan::positions));
        assertEquals(0, plan.index(1, 0));
        assertEquals(1, plan.end(1));
    }

    @Test
    void rowsOfOneLengthNeedNoPadding() {
        PassPlan plan = PassPlan.fresh(Padding.NONE, SINGLE);
        assertArrayEquals(new long[] {1, 1}, written(plan::mask));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> PassPlan.fresh(Padding.NONE, RAGGED));
        assertEquals("rows of different lengths for a graph without padding", e.getMessage());
    }

    @Test
    void inAGrowingCacheRowsEndTogether() {
        PassPlan plan = PassPlan.growing(Padding.LEFT, SINGLE, new int[] {4, 2}, 4);
        assertEquals(5, plan.total());
        assertEquals(4, plan.past());
        assertArrayEquals(new long[] {1, 1, 1, 1, 1, 0, 0, 1, 1, 1}, written(plan::mask));
        assertArrayEquals(new long[] {4, 2}, written(plan::positions));
        assertArrayEquals(new long[] {4}, written(plan::slots));
        assertEquals(2, plan.position(1, 0));
        assertEquals(5, plan.end(1));
    }

    @Test
    void aRowWithoutAPastHasNoneInTheMask() {
        PassPlan plan = PassPlan.growing(Padding.LEFT, SINGLE, new int[] {2, 0}, 3);
        assertArrayEquals(new long[] {0, 1, 1, 1, 0, 0, 0, 1}, written(plan::mask));
        assertArrayEquals(new long[] {2, 0}, written(plan::positions));
    }

    @Test
    void inPlaceEveryRowGoesOnAfterItsOwnPast() {
        PassPlan plan = PassPlan.inPlace(SINGLE, new int[] {1, 3});
        assertEquals(4, plan.total());
        assertArrayEquals(new long[] {1, 1, 0, 0, 1, 1, 1, 1}, written(plan::mask));
        assertArrayEquals(new long[] {1, 3}, written(plan::positions));
        assertEquals(2, plan.end(0));
    }

    @Test
    void severalNewTokensAfterAPast() {
        PassPlan plan = PassPlan.inPlace(List.of(new int[] {4, 5}), new int[] {3});
        assertArrayEquals(new long[] {1, 1, 1, 1, 1}, written(plan::mask));
        assertArrayEquals(new long[] {3, 4}, written(plan::positions));
        assertArrayEquals(new long[] {3, 4}, written(plan::slots));
    }
}
