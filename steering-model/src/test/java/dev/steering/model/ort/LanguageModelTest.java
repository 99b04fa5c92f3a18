package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.ModelClosed;
import dev.steering.core.SteeringException;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageModelTest {
    private static final int[] TOKENS = TestModel.tokens(8, 1);

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

    @Test
    void aRowDoesNotDependOnItsNeighboursContent() {
        ForwardResult one = model.forward(TestModel.everything(List.of(TOKENS, TestModel.tokens(8, 2)), null));
        ForwardResult two = model.forward(TestModel.everything(List.of(TOKENS, TestModel.tokens(8, 3)), null));
        ForwardResult alone = model.forward(TestModel.everything(List.of(TOKENS), null));
        for (int s = 0; s < TOKENS.length; s++) {
            assertArrayEquals(one.logits(0, s), two.logits(0, s));
            assertArrayEquals(one.captured(0, 3, s), two.captured(0, 3, s));
            assertArrayEquals(alone.logits(0, s), one.logits(0, s), 1e-5f);
        }
    }

    @Test
    void hugePagesChangeNoBit() {
        RuntimeOptions options = RuntimeOptions.defaults().withWeights(RuntimeOptions.Weights.HUGE_PAGES);
        try (LanguageModel moved = LanguageModel.open(model.bundle(), options)) {
            ForwardResult here = model.forward(TestModel.everything(List.of(TOKENS), null));
            ForwardResult there = moved.forward(TestModel.everything(List.of(TOKENS), null));
            for (int s = 0; s < TOKENS.length; s++) {
                assertArrayEquals(here.logits(0, s), there.logits(0, s));
                assertArrayEquals(here.captured(0, 3, s), there.captured(0, 3, s));
            }
        }
    }

    @Test
    void aRangeIsCapturedAsItsMean() {
        ForwardResult each = model.forward(TestModel.everything(List.of(TOKENS), null));
        ForwardResult pooled = model.forward(
                ForwardRequest.of(List.of(TOKENS)).withCaptures(List.of(List.of(new Capture(2, 5), Capture.token(7)))));
        for (int p = 0; p < TestModel.POINTS; p++) {
            float[] mean = new float[TestModel.HIDDEN];
            for (int s = 2; s <= 5; s++) {
                mean = TestModel.plus(mean, 0.25, each.captured(0, p, s));
            }
            assertArrayEquals(mean, pooled.captured(0, p, 0), 1e-6f);
            assertArrayEquals(each.captured(0, p, 7), pooled.captured(0, p, 1));
        }
    }

    @Test
    void logitsAreThoseOfThePositionsAskedFor() {
        ForwardResult each = model.forward(TestModel.everything(List.of(TOKENS), null));
        ForwardResult some = model.forward(ForwardRequest.of(List.of(TOKENS)).withLogits(List.of(new int[] {6, 0, 6})));
        assertArrayEquals(each.logits(0, 6), some.logits(0, 0), 1e-5f);
        assertArrayEquals(each.logits(0, 0), some.logits(0, 1), 1e-5f);
        assertArrayEquals(some.logits(0, 0), some.logits(0, 2));
        IndexOutOfBoundsException e = assertThrows(IndexOutOfBoundsException.class, () -> some.logits(0, 3));
        assertEquals("logit position 3 of 3", e.getMessage());
    }

    @Test
    void tokensThatARowDoesNotHaveAreRefused() {
        List<int[]> ragged = List.of(TOKENS, TestModel.tokens(3, 1));
        ForwardRequest capture =
                ForwardRequest.of(ragged).withCaptures(List.of(List.of(Capture.token(7)), List.of(Capture.token(3))));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> model.forward(capture));
        assertEquals("Capture[first=3, last=3] of a row of 3 tokens", e.getMessage());
        ForwardRequest logits = ForwardRequest.of(ragged).withLogits(List.of(new int[] {7}, new int[] {3}));
        e = assertThrows(IllegalArgumentException.class, () -> model.forward(logits));
        assertEquals("logits of token 3 of a row of 3", e.getMessage());
    }

    @Test
    void theContextIsTheLimit() {
        model.forward(ForwardRequest.of(List.of(TestModel.tokens(TestModel.CONTEXT, 1))));
        ForwardRequest longer = ForwardRequest.of(List.of(TestModel.tokens(TestModel.CONTEXT + 1, 1)));
        SteeringException e = assertThrows(SteeringException.class, () -> model.forward(longer));
        assertEquals(
                "A sequence of 257 tokens does not fit the context of llama, which is 256 tokens. Shorten the prompt or"
                        + " the answer.",
                e.getMessage());
    }

    @Test
    void aRequestNeedsTokensInEveryRow() {
        assertThrows(IllegalArgumentException.class, () -> ForwardRequest.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> ForwardRequest.of(List.of(TOKENS, new int[0])));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> ForwardRequest.of(List.of(TOKENS, TOKENS))
                        .withLogits(List.of(new int[] {1}, new int[0])));
        assertEquals("expected equally many for each of the 2 rows, found [1, 0]", e.getMessage());
    }

    @Test
    void aClosedModelIsRefused(@TempDir Path other) {
        LanguageModel closed = TestModel.open(other);
        closed.close();
        closed.close();
        ModelClosed e = assertThrows(ModelClosed.class, () -> closed.forward(ForwardRequest.of(List.of(TOKENS))));
        assertEquals(
                "The model llama is closed and takes no new work. Open it again, or close it when nothing is left to do.",
                e.getMessage());
        assertThrows(ModelClosed.class, () -> closed.newCache(1, 8));
    }
}
