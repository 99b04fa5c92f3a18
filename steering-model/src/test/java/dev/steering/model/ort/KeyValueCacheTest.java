package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.NumericOverflow;
import dev.steering.core.SteeringException;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyValueCacheTest {
    private static final float CLOSE = 1e-5f;

    @TempDir
    private static Path directory;

    private static LanguageModel model;

    @BeforeAll
    static void open() {
        model = TestModel.open(directory);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static float[] last(List<int[]> rows, int row) {
        return model.forward(ForwardRequest.of(rows).withLastLogits()).logits(row, 0);
    }

    private static ForwardResult step(KeyValueCache cache, int[]... rows) {
        return model.forward(ForwardRequest.of(List.of(rows)).withLastLogits(), cache);
    }

    @Test
    void severalTokensAfterAPastEqualOneRun() {
        int[] tokens = TestModel.tokens(12, 1);
        try (KeyValueCache cache = model.newCache(1, 20)) {
            step(cache, Arrays.copyOf(tokens, 5));
            assertEquals(5, cache.length(0));
            float[] cached = step(cache, Arrays.copyOfRange(tokens, 5, 12)).logits(0, 0);
            assertEquals(12, cache.length(0));
            assertArrayEquals(last(List.of(tokens), 0), cached, CLOSE);
        }
    }

    @Test
    void rewindingAndRunningAgainEqualsAFreshRun() {
        int[] tokens = TestModel.tokens(10, 2);
        int[] other = TestModel.tokens(10, 3);
        System.arraycopy(tokens, 0, other, 0, 6);
        try (KeyValueCache cache = model.newCache(1, 16)) {
            step(cache, tokens);
            cache.rewind(0, 6);
            float[] again = step(cache, Arrays.copyOfRange(other, 6, 10)).logits(0, 0);
            assertArrayEquals(last(List.of(other), 0), again, CLOSE);
        }
    }

    @Test
    void aCacheWrittenUnderSteeringIsAnother() {
        int[] tokens = TestModel.tokens(6, 4);
        PassSteering steering =
                PassSteering.adding(TestModel.only(0, TestModel.random(5, 3)), List.of(Schedule.everywhere(1)));
        try (KeyValueCache cache = model.newCache(1, 8)) {
            model.forward(ForwardRequest.of(List.of(Arrays.copyOf(tokens, 5))).withSteering(steering), cache);
            float[] cached = step(cache, new int[] {tokens[5]}).logits(0, 0);
            float[] fresh = last(List.of(tokens), 0);
            double distance = 0;
            for (int i = 0; i < fresh.length; i++) {
                distance = Math.max(distance, Math.abs(fresh[i] - cached[i]));
            }
            assertTrue(distance > 0.01, "the past remembers the steering");
        }
    }

    @Test
    void schedulesCountPositionsThroughTheCache() {
        int[] tokens = TestModel.tokens(8, 6);
        PassSteering steering = PassSteering.adding(
                TestModel.only(2, TestModel.random(7, 2)), List.of((position, k) -> position * 0.1f));
        float[] fresh = model.forward(ForwardRequest.of(List.of(tokens))
                        .withSteering(steering)
                        .withLastLogits())
                .logits(0, 0);
        try (KeyValueCache cache = model.newCache(1, 8)) {
            ForwardResult result = null;
            for (int token : tokens) {
                result = model.forward(
                        ForwardRequest.of(List.of(new int[] {token}))
                                .withSteering(steering)
                                .withLastLogits(),
                        cache);
            }
            assertArrayEquals(fresh, result.logits(0, 0), CLOSE);
        }
    }

    @Test
    void raggedRowsDecodeAsTheyWouldAlone() {
        List<int[]> texts = List.of(TestModel.tokens(14, 8), TestModel.tokens(7, 9), TestModel.tokens(10, 10));
        int[] lengths = {9, 2, 5};
        try (KeyValueCache cache = model.newCache(3, 14)) {
            ForwardResult result =
                    step(cache, prefix(texts, 0, lengths), prefix(texts, 1, lengths), prefix(texts, 2, lengths));
            for (int step = 0; step < 5; step++) {
                for (int row = 0; row < 3; row++) {
                    int[] sofar = Arrays.copyOf(texts.get(row), lengths[row] + step);
                    assertEquals(sofar.length, cache.length(row));
                    assertArrayEquals(last(List.of(sofar), 0), result.logits(row, 0), CLOSE);
                }
                int at = step;
                int[][] next = new int[3][];
                Arrays.setAll(next, row -> new int[] {texts.get(row)[lengths[row] + at]});
                result = step(cache, next);
            }
        }
    }

    private static int[] prefix(List<int[]> texts, int row, int[] lengths) {
        return Arrays.copyOf(texts.get(row), lengths[row]);
    }

    @Test
    void aFullCacheTakesNoMore() {
        try (KeyValueCache cache = model.newCache(1, 4)) {
            step(cache, TestModel.tokens(4, 1));
            SteeringException e = assertThrows(SteeringException.class, () -> step(cache, new int[] {5}));
            assertEquals("A sequence of 5 tokens does not fit a cache of 4.", e.getMessage());
            assertEquals(4, cache.length(0));
        }
    }

    @Test
    void severalTokensAfterAPastNeedOneRow() {
        try (KeyValueCache cache = model.newCache(2, 8)) {
            step(cache, TestModel.tokens(2, 1), TestModel.tokens(2, 2));
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class, () -> step(cache, TestModel.tokens(2, 1), TestModel.tokens(2, 2)));
            assertEquals("several new tokens after a past need a batch of one row", e.getMessage());
        }
    }

    @Test
    void onlyRowsThatFitCanBeAdded() {
        try (KeyValueCache small = model.newCache(1, 4);
                KeyValueCache large = model.newCache(2, 8)) {
            step(large, TestModel.tokens(5, 1), TestModel.tokens(2, 2));
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> small.append(large, 1, 0));
            assertEquals("cannot add row 0 of 5 positions to a cache of 4", e.getMessage());
            assertEquals(1, small.rows());
            large.retire(1);
            e = assertThrows(IllegalArgumentException.class, () -> small.append(large, 1));
            assertEquals("cannot add row 1 of 2 positions: it is retired", e.getMessage());
            assertThrows(IndexOutOfBoundsException.class, () -> small.append(large, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> small.remove(1));
        }
    }

    @Test
    void rowsOfAnotherModelAreRefused() {
        try (LanguageModel other = LanguageModel.open(model.bundle().directory());
                KeyValueCache mine = model.newCache(0, 4);
                KeyValueCache theirs = other.newCache(1, 4)) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> mine.append(theirs, 0));
            assertEquals("rows of another model's cache", e.getMessage());
        }
    }

    /** The memory of closed caches is used again as it is, here full of NaN. */
    @Test
    void whatAnEarlierCacheHeldDoesNotMatter() {
        float[][] points = new float[TestModel.POINTS][TestModel.HIDDEN];
        Arrays.fill(points[0], 9.9999998e17f);
        Arrays.fill(points[1], 9.9999998e17f);
        PassSteering broken =
                PassSteering.projectingOut(DirectionSet.of(points), true, List.of(Schedule.everywhere(1)));
        try (KeyValueCache cache = model.newCache(3, 20)) {
            List<int[]> rows = List.of(TestModel.tokens(20, 1), TestModel.tokens(20, 2), TestModel.tokens(20, 3));
            ForwardResult result =
                    model.forward(ForwardRequest.of(rows).withSteering(broken).withLastLogits(), cache);
            NumericOverflow e = assertThrows(NumericOverflow.class, () -> result.logits(0, 0));
            assertTrue(e.getMessage().startsWith("The logits of row 0 are all NaN:"), e.getMessage());
        }
        int[] longer = TestModel.tokens(9, 4);
        int[] shorter = TestModel.tokens(4, 5);
        try (KeyValueCache cache = model.newCache(2, 20)) {
            ForwardResult first = step(cache, Arrays.copyOf(longer, 8), Arrays.copyOf(shorter, 3));
            assertArrayEquals(last(List.of(Arrays.copyOf(longer, 8)), 0), first.logits(0, 0), CLOSE);
            assertArrayEquals(last(List.of(Arrays.copyOf(shorter, 3)), 0), first.logits(1, 0), CLOSE);
            ForwardResult second = step(cache, new int[] {longer[8]}, new int[] {shorter[3]});
            assertArrayEquals(last(List.of(longer), 0), second.logits(0, 0), CLOSE);
            assertArrayEquals(last(List.of(shorter), 0), second.logits(1, 0), CLOSE);
        }
    }

    @Test
    void aResultIsUsedAgainForAPassOfTheSameSize() {
        int[] tokens = TestModel.tokens(8, 5);
        try (KeyValueCache cache = model.newCache(1, 8)) {
            ForwardResult first = step(cache, Arrays.copyOf(tokens, 5));
            ForwardRequest next =
                    ForwardRequest.of(List.of(new int[] {tokens[5]})).withLastLogits();
            ForwardResult second = model.forward(next, cache, first);
            assertSame(first, second);
            assertArrayEquals(last(List.of(Arrays.copyOf(tokens, 6)), 0), second.logits(0, 0), CLOSE);
            ForwardResult other = model.forward(
                    ForwardRequest.of(List.of(new int[] {tokens[6], tokens[7]})).withLogits(List.of(new int[] {0, 1})),
                    cache,
                    second);
            assertNotSame(second, other);
            assertArrayEquals(last(List.of(tokens), 0), other.logits(0, 1), CLOSE);
        }
    }

    @Test
    void rowsMustBeAsManyAsTheCachesRows() {
        try (KeyValueCache cache = model.newCache(2, 8)) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> step(cache, new int[] {5}));
            assertEquals("1 rows for a cache of 2", e.getMessage());
        }
    }

    @Test
    void rewindingForwardsIsRefused() {
        try (KeyValueCache cache = model.newCache(1, 8)) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> cache.rewind(0, 1));
            assertEquals("cannot rewind row 0 from 0 to 1", e.getMessage());
        }
    }

    @Test
    void aClosedCacheIsRefused() {
        KeyValueCache cache = model.newCache(1, 8);
        cache.close();
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> step(cache, new int[] {5}));
        assertEquals("the cache is closed", e.getMessage());
    }
}
