package dev.steering.export.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.GraphSignature.Cache;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.testkit.TestCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The caches of models that keep states beside keys and values, or in their place: whatever is done with a cache, it equals whole rows. */
class RowStatesTest {
    private static final float TOLERANCE = 1e-4f;
    private static final int[] LONG = {7, 30, 12, 44, 9, 51, 18, 23};
    private static final int[] SHORT = {40, 8, 33};

    @TempDir
    private Path directory;

    private LanguageModel open(String checkpoint) {
        Bundle bundle = CheckpointExporter.export(
                TestCheckpoint.path(checkpoint), directory.resolve("bundle"), ExportOptions.defaults());
        Cache cache = bundle.manifest().signature().cache();
        assertEquals(CacheMode.IN_PLACE, cache.mode());
        assertTrue(cache.hasStates());
        return LanguageModel.open(bundle.directory());
    }

    private static ForwardResult run(LanguageModel model, KeyValueCache cache, int[]... tokens) {
        return model.forward(ForwardRequest.of(List.of(tokens)).withLastLogits(), cache);
    }

    private static void assertLast(LanguageModel model, ForwardResult result, int row, int... whole) {
        ForwardResult expected = model.forward(ForwardRequest.of(List.of(whole)).withLastLogits());
        assertArrayEquals(expected.logits(0, 0), result.logits(row, 0), TOLERANCE);
    }

    private static int[] join(int[] first, int... then) {
        int[] both = Arrays.copyOf(first, first.length + then.length);
        System.arraycopy(then, 0, both, first.length, then.length);
        return both;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"lfm2-b", "lfm2_moe", "qwen3_5_text", "qwen3_next-c", "granite4", "falcon_h1", "falcon_h1-b"})
    void raggedRowsGoOnTokenByToken(String checkpoint) {
        try (LanguageModel model = open(checkpoint);
                KeyValueCache cache = model.newCache(2, 24)) {
            run(model, cache, LONG, SHORT);
            int[] first = LONG;
            int[] second = SHORT;
            for (int step = 0; step < 6; step++) {
                int[] a = {10 + 3 * step};
                int[] b = {60 - 2 * step};
                first = join(first, a);
                second = join(second, b);
                ForwardResult result = run(model, cache, a, b);
                assertLast(model, result, 0, first);
                assertLast(model, result, 1, second);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lfm2-b", "qwen3_next-c", "granite4", "falcon_h1"})
    void severalTokensAtOnceGoOnFromTheStates(String checkpoint) {
        try (LanguageModel model = open(checkpoint);
                KeyValueCache cache = model.newCache(1, 24)) {
            run(model, cache, SHORT);
            assertLast(model, run(model, cache, LONG), 0, join(SHORT, LONG));
            assertLast(model, run(model, cache, new int[] {5, 6}), 0, join(join(SHORT, LONG), 5, 6));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lfm2-b", "qwen3_next-c", "granite4", "falcon_h1"})
    void aRowThatWasRewoundIsAsIfItHadNeverBeenLonger(String checkpoint) {
        try (LanguageModel model = open(checkpoint);
                KeyValueCache cache = model.newCache(2, 24)) {
            run(model, cache, LONG, SHORT);
            cache.rewind(0, 5);
            ForwardResult rewound = run(model, cache, new int[] {2}, new int[] {3});
            int[] first = join(Arrays.copyOf(LONG, 5), 2);
            assertLast(model, rewound, 0, first);
            assertLast(model, rewound, 1, join(SHORT, 3));
            ForwardResult then = run(model, cache, new int[] {11}, new int[] {12});
            assertLast(model, then, 0, join(first, 11));
            assertLast(model, then, 1, join(SHORT, 3, 12));
            cache.rewind(0, 0);
            cache.rewind(1, 0);
            ForwardResult empty = run(model, cache, SHORT, LONG);
            assertLast(model, empty, 0, SHORT);
            assertLast(model, empty, 1, LONG);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lfm2-b", "qwen3_next-c", "granite4", "falcon_h1"})
    void rowsAreCopiedAndRemoved(String checkpoint) {
        try (LanguageModel model = open(checkpoint);
                KeyValueCache source = model.newCache(2, 24);
                KeyValueCache cache = model.newCache(1, 24)) {
            run(model, source, LONG, SHORT);
            run(model, cache, new int[] {1, 2, 3, 4});
            cache.append(source, 1, 0, 1);
            cache.remove(0);
            // The last row, a copy of the short one, has taken the place of the first.
            ForwardResult result = run(model, cache, new int[] {20}, new int[] {21}, new int[] {22});
            assertLast(model, result, 0, join(SHORT, 20));
            assertLast(model, result, 1, join(SHORT, 21));
            assertLast(model, result, 2, join(LONG, 22));
            source.rewind(0, 6);
            cache.append(source, 0);
            ForwardResult joined = run(model, cache, new int[] {30}, new int[] {31}, new int[] {32}, new int[] {33});
            assertLast(model, joined, 0, join(SHORT, 20, 30));
            assertLast(model, joined, 2, join(LONG, 22, 32));
            assertLast(model, joined, 3, join(Arrays.copyOf(LONG, 6), 33));
            cache.reset(1);
            assertLast(model, run(model, cache, SHORT), 0, SHORT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen3_5_text", "falcon_h1-b"})
    void whatIsAskedOfNewTokensIsOfThemAfterARestart(String checkpoint) {
        try (LanguageModel model = open(checkpoint);
                KeyValueCache cache = model.newCache(1, 24)) {
            run(model, cache, LONG);
            cache.rewind(0, 6);
            ForwardRequest two = ForwardRequest.of(List.of(new int[] {8, 9}))
                    .withCaptures(List.of(List.of(Capture.token(0), Capture.token(1))));
            ForwardResult restarted = model.forward(two, cache);
            int[] whole = join(Arrays.copyOf(LONG, 6), 8, 9);
            ForwardResult expected = model.forward(ForwardRequest.of(List.of(whole))
                    .withCaptures(List.of(List.of(Capture.token(6), Capture.token(7)))));
            for (int point = 0; point < model.manifest().points(); point++) {
                for (int capture = 0; capture < 2; capture++) {
                    assertArrayEquals(
                            expected.captured(0, point, capture), restarted.captured(0, point, capture), TOLERANCE);
                }
            }
        }
    }
}
