package dev.steering.eval.utility;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Expected values: src/test/scripts/golden_utility.py (torch's kl_div and cross_entropy in double precision). */
class DistributionsTest {
    @Test
    void divergenceIsTorchs() {
        double peaked = Distributions.divergence(new float[] {2, -1, 0.5f, 30}, new float[] {1, 0, 28, 29.5f});
        double flat = Distributions.divergence(new float[] {2, -1, 0.5f, 1}, new float[] {1, 0, -2, 0.5f});

        assertEquals(0.20141327797831543, peaked, 1e-12);
        assertEquals(0.2411842717804033, flat, 1e-12);
    }

    @Test
    void divergenceFromItselfAndFromShiftedLogitsIsNone() {
        assertEquals(0, Distributions.divergence(new float[] {2, -1, 3}, new float[] {2, -1, 3}));
        assertEquals(0, Distributions.divergence(new float[] {2, -1, 3}, new float[] {12, 9, 13}), 1e-12);
    }

    @Test
    void excludedTokensAreInfinitelyFarOnlyWhereTheyWereAllowed() {
        float none = Float.NEGATIVE_INFINITY;
        assertEquals(Double.POSITIVE_INFINITY, Distributions.divergence(new float[] {0, 0}, new float[] {0, none}));
        assertEquals(Math.log(2), Distributions.divergence(new float[] {0, none}, new float[] {0, 0}), 1e-12);
    }

    @Test
    void surprisalIsTorchsEvenOfLargeLogits() {
        assertEquals(1.7014132779832214, Distributions.surprisal(new float[] {1, 0, 28, 29.5f}, 2), 1e-12);
        assertEquals(0.6931471805599453, Distributions.surprisal(new float[] {1000, 1000}, 1), 1e-12);
    }
}
