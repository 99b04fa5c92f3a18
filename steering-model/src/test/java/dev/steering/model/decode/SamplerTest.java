package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final int[] NO_PROMPT = {};
    private static final DecodeOptions GREEDY = DecodeOptions.greedy(1);

    private static float[] logarithms(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]) + 3;
        }
        return logits;
    }

    private static int[] draws(DecodeOptions options, long stream, int count, float[] logits) {
        Sampler sampler = new Sampler(options, NO_PROMPT, stream);
        return IntStream.range(0, count)
                .map(i -> sampler.next(FloatBuffer.wrap(logits.clone())))
                .toArray();
    }

    /** Pearson's statistic against the expected probabilities; tokens of probability 0 must not occur. */
    private static double chiSquare(int[] draws, double... probabilities) {
        int[] counts = new int[probabilities.length];
        Arrays.stream(draws).forEach(token -> counts[token]++);
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = probabilities[i] * draws.length;
            if (expected == 0) {
                assertEquals(0, counts[i]);
            } else {
                sum += (counts[i] - expected) * (counts[i] - expected) / expected;
            }
        }
        return sum;
    }

    @Test
    void greedyTakesTheFirstOfTheLargest() {
        assertEquals(1, new Sampler(GREEDY, NO_PROMPT, 0).next(FloatBuffer.wrap(new float[] {-1, 4, 4, 3})));
    }

    /** 99.9th percentile of chi-square with 3 degrees of freedom: 16.3. */
    @Test
    void temperatureOneDrawsFromTheSoftmax() {
        double[] p = {0.1, 0.2, 0.3, 0.4};
        int[] draws = draws(GREEDY.withSampling(1, 1, 5), 0, 20_000, logarithms(p));
        assertTrue(chiSquare(draws, p) < 16.3, () -> "chi-square " + chiSquare(draws, p));
    }

    /** At temperature 1/2 probabilities are squared and normalised. */
    @Test
    void temperatureSharpens() {
        int[] draws = draws(GREEDY.withSampling(0.5, 1, 6), 0, 20_000, logarithms(0.1, 0.2, 0.3, 0.4));
        double[] squared = {0.01 / 0.3, 0.04 / 0.3, 0.09 / 0.3, 0.16 / 0.3};
        assertTrue(chiSquare(draws, squared) < 16.3, () -> "chi-square " + chiSquare(draws, squared));
    }

    /** 0.4 + 0.3 is the smallest set that reaches 0.65. */
    @Test
    void topPKeepsTheSmallestSetThatReachesIt() {
        int[] draws = draws(GREEDY.withSampling(1, 0.65, 7), 0, 20_000, logarithms(0.1, 0.2, 0.3, 0.4));
        double[] kept = {0, 0, 3 / 7.0, 4 / 7.0};
        assertTrue(chiSquare(draws, kept) < 16.3, () -> "chi-square " + chiSquare(draws, kept));
    }

    @Test
    void aTinyTopPIsGreedy() {
        int[] draws = draws(GREEDY.withSampling(1, 1e-6, 7), 0, 100, logarithms(0.1, 0.2, 0.3, 0.4));
        assertTrue(Arrays.stream(draws).allMatch(token -> token == 3));
    }

    @Test
    void thePenaltyDividesPositiveAndMultipliesNegativeLogitsOfSeenTokens() {
        float[] logits = {3, -3, 3, 0};
        Sampler sampler = new Sampler(GREEDY.withRepetitionPenalty(1.5), new int[] {0, 1, 1, 3}, 0);
        assertEquals(2, sampler.next(FloatBuffer.wrap(logits)));
        assertArrayEquals(new float[] {2, -4.5f, 3, 0}, logits);
        float[] next = {2.4f, 0, 3, 0};
        assertEquals(2, sampler.next(FloatBuffer.wrap(new float[] {0, 0, 9, 0})), "a large logit survives");
        sampler.next(FloatBuffer.wrap(next));
        assertEquals(2, next[2], 1e-6, "written tokens are seen, too");
    }

    @Test
    void withoutPenaltyLogitsAreUntouched() {
        float[] logits = {3, -3};
        new Sampler(GREEDY, new int[] {0, 1}, 0).next(FloatBuffer.wrap(logits));
        assertArrayEquals(new float[] {3, -3}, logits);
    }

    @Test
    void theSameSeedAndRowGiveTheSameTokens() {
        float[] logits = new float[1000];
        DecodeOptions options = GREEDY.withSampling(1, 1, 42);
        assertArrayEquals(draws(options, 3, 50, logits), draws(options, 3, 50, logits));
        assertFalse(Arrays.equals(draws(options, 3, 50, logits), draws(options, 4, 50, logits)));
        assertFalse(Arrays.equals(draws(options, 3, 50, logits), draws(GREEDY.withSampling(1, 1, 43), 3, 50, logits)));
    }

    @Test
    void oneSeedsNumbersAreNotTheNextSeedsShifted() {
        float[] logits = new float[1000];
        for (long seed = 0; seed < 5; seed++) {
            int[] one = draws(GREEDY.withSampling(1, 1, seed), 0, 50, logits);
            int[] two = draws(GREEDY.withSampling(1, 1, seed + 1), 0, 50, logits);
            for (int shift = 0; shift < 3; shift++) {
                assertFalse(Arrays.equals(Arrays.copyOfRange(one, shift, shift + 40), Arrays.copyOfRange(two, 0, 40)));
                assertFalse(Arrays.equals(Arrays.copyOfRange(two, shift, shift + 40), Arrays.copyOfRange(one, 0, 40)));
            }
        }
    }
}
