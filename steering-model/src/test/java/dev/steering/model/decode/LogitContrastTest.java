package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.model.decode.LogitContrast.Side;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogitContrastTest {
    private static final float NEVER = Float.NEGATIVE_INFINITY;

    private static float[] combined(LogitContrast contrast, int step, float[] first, float[] second) {
        float[] result = first.clone();
        contrast.combine(result, second.clone(), step);
        return result;
    }

    @Test
    void weightsMultiplyTheRawLogits() {
        float[] z = combined(LogitContrast.weighted(-1.5, 2.5), 0, new float[] {1, -2, 4}, new float[] {2, 0.5f, 4});
        assertArrayEquals(new float[] {3.5f, 4.25f, 4}, z);
    }

    @Test
    void whatOneContextRulesOutStaysImpossibleWhateverTheSignOfItsWeight() {
        float[] z = combined(
                LogitContrast.weighted(-1.5, 2.5), 0, new float[] {NEVER, 1, NEVER}, new float[] {1, NEVER, NEVER});
        assertArrayEquals(new float[] {NEVER, NEVER, NEVER}, z);
    }

    /** Probabilities of the second context: 0.64, 0.32, 0.04; beta 0.1 wants 0.064, beta 0.6 wants 0.384. */
    @Test
    void plausibilityComparesWithTheExpertsBestToken() {
        float[] first = {1, 2, 50};
        float[] second = {(float) Math.log(0.64), (float) Math.log(0.32), (float) Math.log(0.04)};
        LogitContrast plain = LogitContrast.weighted(1, 0);
        assertArrayEquals(new float[] {1, 2, NEVER}, combined(plain.plausible(0.1, Side.SECOND), 0, first, second));
        assertArrayEquals(new float[] {1, NEVER, NEVER}, combined(plain.plausible(0.6, Side.SECOND), 0, first, second));
        assertArrayEquals(new float[] {NEVER, NEVER, 50}, combined(plain.plausible(0.1, Side.FIRST), 0, first, second));
    }

    @Test
    void afterTheFirstStepsOneContextDecidesAlone() {
        LogitContrast sum = LogitContrast.weighted(1, 1);
        float[] first = {1};
        float[] second = {2};
        assertArrayEquals(new float[] {3}, combined(sum.firstSteps(2, Side.SECOND), 1, first, second));
        assertArrayEquals(new float[] {2}, combined(sum.firstSteps(2, Side.SECOND), 2, first, second));
        assertArrayEquals(new float[] {1}, combined(sum.firstSteps(2, Side.FIRST), 2, first, second));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
    void betaMustBeAShare(double beta) {
        BadRequest e = assertThrows(
                BadRequest.class, () -> LogitContrast.weighted(1, 0).plausible(beta, Side.FIRST));
        assertEquals("The plausibility bound must be in (0, 1], found " + Require.words(beta) + ".", e.getMessage());
    }

    @Test
    void weightsAndStepsMustMakeSense() {
        assertEquals(
                "The weight of the first context must be a finite number, found not a number.",
                assertThrows(BadRequest.class, () -> LogitContrast.weighted(Double.NaN, 1))
                        .getMessage());
        assertEquals(
                "The number of contrasted tokens must be at least 1, found 0.",
                assertThrows(BadRequest.class, () -> LogitContrast.weighted(1, 1)
                                .firstSteps(0, Side.FIRST))
                        .getMessage());
    }
}
