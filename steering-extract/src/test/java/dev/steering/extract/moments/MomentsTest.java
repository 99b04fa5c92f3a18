package dev.steering.extract.moments;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.extract.estimate.MeanDifference;
import dev.steering.extract.reliability.ReliabilityMeter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsTest {
    private static final int HIDDEN = 6;
    private static final MeanDifference MEAN = new MeanDifference();

    @SuppressWarnings("ArrayRecordComponent") // not compared
    private record Prompt(boolean harmful, long key, float[][] activation) {}

    private static List<Prompt> prompts(int count, int seed) {
        Random random = new Random(seed);
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[][] activation = new float[2][HIDDEN];
            for (float[] layer : activation) {
                for (int k = 0; k < HIDDEN; k++) {
                    layer[k] = (float) (100 + random.nextGaussian() + (i % 2 == 0 && k == 1 ? 1.5 : 0));
                }
            }
            prompts.add(new Prompt(i % 2 == 0, random.nextLong(), activation));
        }
        // A prompt that is there twice.
        Prompt again = prompts.get(3);
        prompts.add(new Prompt(again.harmful(), again.key(), again.activation()));
        return prompts;
    }

    private static Moments of(List<Prompt> prompts, int limit) {
        Moments moments = new Moments(2, HIDDEN, limit);
        for (Prompt prompt : prompts) {
            moments.add(prompt.harmful(), prompt.key(), prompt.activation());
        }
        return moments;
    }

    private static LayerStatistics statistics(Moments moments) {
        return moments.at(1, false).statistics(ReliabilityMeter.of(MEAN).withDraws(50, 50));
    }

    /** Whether all are kept, some classes' sums in some parts, or sums everywhere. */
    @ParameterizedTest
    @ValueSource(ints = {1000, 80, 40, 16, 4})
    void sevenPartsInAnyOrderAreTheWhole(int limit) {
        List<Prompt> prompts = prompts(120, 1);
        Moments whole = of(prompts, limit);
        List<Prompt> shuffled = new ArrayList<>(prompts);
        Collections.shuffle(shuffled, new Random(2));
        Moments merged = new Moments(2, HIDDEN, limit);
        for (int part = 0; part < 7; part++) {
            Moments own = new Moments(2, HIDDEN, limit);
            for (int i = part; i < shuffled.size(); i += 7) {
                Prompt prompt = shuffled.get(i);
                own.add(prompt.harmful(), prompt.key(), prompt.activation());
            }
            merged.merge(own);
        }
        assertEquals(121, merged.count(true) + merged.count(false));
        for (boolean harmful : new boolean[] {true, false}) {
            assertEquals(whole.units(harmful).bits(), merged.units(harmful).bits());
            assertEquals(
                    whole.units(harmful).singles().keySet(),
                    merged.units(harmful).singles().keySet());
            assertEquals(
                    whole.units(harmful).sums().keySet(),
                    merged.units(harmful).sums().keySet());
            assertTrue(whole.units(harmful).units().size() <= limit);
        }
        assertArrayEquals(
                whole.at(1, false).direction(MEAN), merged.at(1, false).direction(MEAN), 1e-7f);
        LayerStatistics one = statistics(whole);
        LayerStatistics other = statistics(merged);
        assertEquals(one.separability(), other.separability(), 1e-9);
        if (limit >= 16) {
            LayerReliability a = Objects.requireNonNull(one.reliability());
            LayerReliability b = Objects.requireNonNull(other.reliability());
            assertEquals(a.cosine().low(), b.cosine().low(), 1e-9);
            assertEquals(a.splitHalf(), b.splitHalf(), 1e-9);
            assertEquals(a.auc(), b.auc(), 1e-9);
            assertEquals(a.control().chance(), b.control().chance(), 1e-9);
        }
    }

    /** What does not depend on single activations is exact, and what does is close. */
    @Test
    void sumsSayTheSameAsAllActivations() {
        List<Prompt> prompts = prompts(1200, 3);
        Moments all = of(prompts, 5000);
        Moments few = of(prompts, 128);
        assertTrue(all.units(true).isWhole());
        assertFalse(few.units(true).isWhole());
        assertArrayEquals(all.at(1, false).direction(MEAN), few.at(1, false).direction(MEAN), 1e-6f);
        LayerStatistics exact = statistics(all);
        LayerStatistics summed = statistics(few);
        assertEquals(exact.directionNorm(), summed.directionNorm(), 1e-9);
        assertEquals(exact.separability(), summed.separability(), 1e-9);
        LayerReliability a = Objects.requireNonNull(exact.reliability());
        LayerReliability b = Objects.requireNonNull(summed.reliability());
        assertEquals(a.explainedVariance(), b.explainedVariance(), 1e-9);
        assertEquals(a.cosine().low(), b.cosine().low(), 0.01);
        assertEquals(a.cosine().high(), b.cosine().high(), 0.01);
        assertEquals(a.splitHalf(), b.splitHalf(), 0.02);
        // Of 64 prompts of each class instead of 600.
        assertEquals(a.auc(), b.auc(), 0.1);
        assertEquals(a.cohensD(), b.cohensD(), 0.6);
        assertTrue(a.toldFromChance() && b.toldFromChance());
    }

    @Test
    void limitsFitTheModel() {
        assertEquals(256, Moments.limit(6, 128));
        assertEquals(128, Moments.limit(32, 4096));
        assertEquals(128, Moments.limit(80, 8192));
    }
}
