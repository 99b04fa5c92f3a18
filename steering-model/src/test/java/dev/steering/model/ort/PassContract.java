package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every graph, however it is fed: rows do not depend on their neighbours, and a cache changes nothing. The truth
 * is each row alone from its beginning.
 */
final class PassContract {
    private final LanguageModel model;
    private final float tolerance;
    private final List<int[]> texts;

    /** @param tolerance largest difference of logits and states */
    PassContract(LanguageModel model, double tolerance) {
        this.model = model;
        this.tolerance = (float) tolerance;
        this.texts = List.of(tokens(16, 1), tokens(16, 2), tokens(16, 3));
    }

    private int[] tokens(int length, long seed) {
        return new Random(seed).ints(length, 3, manifest().vocabulary()).toArray();
    }

    private BundleManifest manifest() {
        return model.manifest();
    }

    private boolean takesSeveralTokensOfSeveralRows() {
        return manifest().signature().cache().mode() != CacheMode.IN_PLACE;
    }

    void holds() {
        raggedRowsAreAsAlone();
        decodingIsAsFresh(null);
        decodingIsAsFresh(steering());
        severalTokensAfterAPast();
        rewoundAlike();
        rewoundDifferently();
        rewoundToTheBeginning();
        retiredRowsLeaveTheOthersAlone();
        removedRowsLeaveTheOthersAlone();
        rowsOfAnotherCacheGoOnWhereTheyWere();
        aResetCacheIsAnEmptyOne();
        if (takesSeveralTokensOfSeveralRows()) {
            severalTokensOfSeveralRows();
        }
    }

    private void raggedRowsAreAsAlone() {
        List<int[]> rows = prefixes(9, 5, 7);
        for (PassSteering steering : new @Nullable PassSteering[] {null, steering()}) {
            ForwardResult together = model.forward(request(rows, steering));
            for (int row = 0; row < rows.size(); row++) {
                assertSame("ragged", alone(rows.get(row), steering), together, row);
            }
        }
    }

    /** Logits of three tokens and the states of one and of a range. */
    private static ForwardRequest request(List<int[]> rows, @Nullable PassSteering steering) {
        return ForwardRequest.of(rows)
                .withSteering(steering)
                .withLogits(rows.stream()
                        .map(r -> new int[] {r.length - 1, 0, r.length / 2})
                        .toList())
                .withCaptures(rows.stream()
                        .map(r -> List.of(Capture.token(r.length - 1), new Capture(0, r.length / 2)))
                        .toList());
    }

    private ForwardResult alone(int[] row, @Nullable PassSteering steering) {
        return model.forward(request(List.of(row), steering));
    }

    private void assertSame(String what, ForwardResult expected, ForwardResult found, int row) {
        for (int j = 0; j < 3; j++) {
            assertClose(what, expected.logits(0, j), found.logits(row, j));
        }
        for (int p = 0; p < manifest().points(); p++) {
            for (int m = 0; m < 2; m++) {
                assertClose(what, expected.captured(0, p, m), found.captured(row, p, m));
            }
        }
    }

    private void assertClose(String what, float[] expected, float[] found) {
        assertArrayEquals(expected, found, tolerance, what);
    }

    private void decodingIsAsFresh(@Nullable PassSteering steering) {
        int[] lengths = {6, 2, 4};
        try (KeyValueCache cache = model.newCache(3, 16)) {
            check("prefill", cache, lengths, prefixes(lengths), steering);
            for (int step = 0; step < 4; step++) {
                next(cache, lengths, steering);
            }
        }
    }

    /** Runs one more token of every row and compares with fresh runs. */
    private void next(KeyValueCache cache, int[] lengths, @Nullable PassSteering steering) {
        append(cache, lengths, new int[] {1, 1, 1}, steering);
    }

    private void append(KeyValueCache cache, int[] lengths, int[] counts, @Nullable PassSteering steering) {
        List<int[]> tokens = new ArrayList<>();
        for (int row = 0; row < lengths.length; row++) {
            tokens.add(Arrays.copyOfRange(texts.get(row), lengths[row], lengths[row] + counts[row]));
            lengths[row] += counts[row];
        }
        check("after " + Arrays.toString(lengths), cache, lengths, tokens, steering);
    }

    private void check(
            String what, KeyValueCache cache, int[] lengths, List<int[]> tokens, @Nullable PassSteering steering) {
        List<List<Capture>> captures = tokens.stream()
                .map(row -> List.of(Capture.token(row.length - 1)))
                .toList();
        ForwardResult found = model.forward(
                ForwardRequest.of(tokens)
                        .withSteering(steering)
                        .withLastLogits()
                        .withCaptures(captures),
                cache);
        for (int row = 0; row < lengths.length; row++) {
            assertEquals(lengths[row], cache.length(row));
            assertRow(what, row, lengths[row], steering, found);
        }
    }

    private void assertRow(String what, int row, int length, @Nullable PassSteering steering, ForwardResult found) {
        ForwardResult fresh = alone(Arrays.copyOf(texts.get(row), length), steering);
        assertClose(what, fresh.logits(0, 0), found.logits(row, 0));
        for (int p = 0; p < manifest().points(); p++) {
            assertClose(what, fresh.captured(0, p, 0), found.captured(row, p, 0));
        }
    }

    private void severalTokensAfterAPast() {
        try (KeyValueCache cache = model.newCache(1, 16)) {
            int[] lengths = {0};
            for (int count : new int[] {3, 4, 1, 5}) {
                append(cache, lengths, new int[] {count}, steering());
            }
        }
    }

    private void severalTokensOfSeveralRows() {
        try (KeyValueCache cache = model.newCache(3, 16)) {
            int[] lengths = {0, 0, 0};
            append(cache, lengths, new int[] {5, 2, 3}, null);
            append(cache, lengths, new int[] {3, 3, 3}, null);
            next(cache, lengths, null);
            append(cache, lengths, new int[] {1, 4, 1}, null);
            next(cache, lengths, null);
        }
    }

    private void rewoundAlike() {
        int[] lengths = {9, 5, 7};
        try (KeyValueCache cache = model.newCache(3, 16)) {
            check("prefill", cache, lengths, prefixes(lengths), null);
            for (int row = 0; row < 3; row++) {
                lengths[row] -= 3;
                cache.rewind(row, lengths[row]);
            }
            next(cache, lengths, null);
            next(cache, lengths, null);
        }
    }

    private void rewoundDifferently() {
        int[] lengths = {9, 5, 7};
        try (KeyValueCache cache = model.newCache(3, 16)) {
            check("prefill", cache, lengths, prefixes(lengths), null);
            next(cache, lengths, null);
            rewind(cache, lengths, 4, 6, 5);
            next(cache, lengths, null);
            rewind(cache, lengths, 5, 1, 6);
            next(cache, lengths, null);
            next(cache, lengths, null);
        }
    }

    private static void rewind(KeyValueCache cache, int[] lengths, int... to) {
        for (int row = 0; row < to.length; row++) {
            cache.rewind(row, to[row]);
            lengths[row] = to[row];
        }
    }

    private void rewoundToTheBeginning() {
        int[] lengths = {4, 4, 2};
        try (KeyValueCache cache = model.newCache(3, 16)) {
            check("prefill", cache, lengths, prefixes(lengths), null);
            rewind(cache, lengths, 0, 3, 2);
            next(cache, lengths, null);
            rewind(cache, lengths, 0, 0, 0);
            int[] again = {3, 6, 1};
            check("again", cache, again, prefixes(again), null);
        }
    }

    private void retiredRowsLeaveTheOthersAlone() {
        for (int retired = 0; retired < 3; retired++) {
            int[] lengths = {6, 2, 4};
            try (KeyValueCache cache = model.newCache(3, 12)) {
                check("prefill", cache, lengths, prefixes(lengths), null);
                cache.retire(retired);
                for (int step = 0; step < 6; step++) {
                    List<int[]> tokens = new ArrayList<>();
                    for (int row = 0; row < 3; row++) {
                        tokens.add(new int[] {texts.get(row)[lengths[row]++]});
                    }
                    ForwardResult found =
                            model.forward(ForwardRequest.of(tokens).withLastLogits(), cache);
                    for (int row = 0; row < 3; row++) {
                        if (row != retired) {
                            float[] fresh = alone(Arrays.copyOf(texts.get(row), lengths[row]), null)
                                    .logits(0, 0);
                            assertClose("beside retired row " + retired, fresh, found.logits(row, 0));
                        }
                    }
                    if (step == 3) {
                        rewindLive(cache, lengths, retired);
                    }
                }
            }
        }
    }

    private static void rewindLive(KeyValueCache cache, int[] lengths, int retired) {
        for (int row = 0; row < lengths.length; row++) {
            lengths[row] -= 2;
            if (row != retired) {
                cache.rewind(row, lengths[row]);
            }
        }
    }

    /** Whose texts the cache's rows are, and how far they have come. */
    private void step(KeyValueCache cache, List<Integer> rows, int[] lengths, String what) {
        List<int[]> tokens = new ArrayList<>();
        for (int text : rows) {
            tokens.add(new int[] {texts.get(text)[lengths[text]]});
        }
        ForwardResult found = model.forward(ForwardRequest.of(tokens).withLastLogits(), cache);
        rows.stream().distinct().forEach(text -> lengths[text]++);
        for (int row = 0; row < rows.size(); row++) {
            int text = rows.get(row);
            assertEquals(lengths[text], cache.length(row));
            float[] fresh =
                    alone(Arrays.copyOf(texts.get(text), lengths[text]), null).logits(0, 0);
            assertClose(what + ", row " + row + " of " + rows, fresh, found.logits(row, 0));
        }
    }

    private void removedRowsLeaveTheOthersAlone() {
        for (int removed = 0; removed < 3; removed++) {
            int[] lengths = {6, 2, 4};
            try (KeyValueCache cache = model.newCache(3, 12)) {
                check("prefill", cache, lengths, prefixes(lengths), null);
                List<Integer> rows = new ArrayList<>(List.of(0, 1, 2));
                step(cache, rows, lengths, "before");
                cache.remove(removed);
                rows.set(removed, 2);
                rows.remove(2);
                step(cache, rows, lengths, "without " + removed);
                step(cache, rows, lengths, "without " + removed);
                cache.remove(0);
                rows.remove(0);
                step(cache, rows, lengths, "alone");
                assertEquals(1, cache.rows());
            }
        }
    }

    private void rowsOfAnotherCacheGoOnWhereTheyWere() {
        int[] lengths = {6, 3, 4};
        try (KeyValueCache cache = model.newCache(0, 14);
                KeyValueCache first = model.newCache(2, 9);
                KeyValueCache second = model.newCache(1, 5)) {
            model.forward(ForwardRequest.of(prefixes(6, 3)), first);
            cache.append(first, 1, 0, 1);
            List<Integer> rows = new ArrayList<>(List.of(1, 0, 1));
            step(cache, rows, lengths, "from one cache");
            model.forward(ForwardRequest.of(List.of(Arrays.copyOf(texts.get(2), 5))), second);
            second.rewind(0, 4);
            cache.append(second, 0);
            rows.add(2);
            step(cache, rows, lengths, "from two caches");
            cache.remove(0);
            rows.set(0, 2);
            rows.remove(3);
            step(cache, rows, lengths, "fewer again");
            cache.append(cache, 1);
            rows.add(rows.get(1));
            step(cache, rows, lengths, "from itself");
            assertEquals(6, first.length(0));
        }
    }

    private void aResetCacheIsAnEmptyOne() {
        int[] lengths = {6, 3, 4};
        try (KeyValueCache cache = model.newCache(1, 12)) {
            model.forward(ForwardRequest.of(prefixes(9)), cache);
            cache.reset(3);
            check("reset", cache, lengths, prefixes(lengths), null);
            next(cache, lengths, null);
            cache.reset(1);
            assertEquals(0, cache.length(0));
        }
    }

    private List<int[]> prefixes(int... lengths) {
        return IntStream.range(0, lengths.length)
                .mapToObj(row -> Arrays.copyOf(texts.get(row), lengths[row]))
                .toList();
    }

    /** A direction at every point that grows with the position. */
    private PassSteering steering() {
        Random random = new Random(7);
        float[][] points = new float[manifest().points()][manifest().hidden()];
        for (float[] point : points) {
            for (int i = 0; i < point.length; i++) {
                point[i] = 0.2f * (random.nextFloat() - 0.5f);
            }
        }
        Schedule schedule = (position, direction) -> 0.1f * position;
        return PassSteering.adding(DirectionSet.of(points), List.of(schedule));
    }
}
