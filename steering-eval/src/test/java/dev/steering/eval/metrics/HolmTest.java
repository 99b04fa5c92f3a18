package dev.steering.eval.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class HolmTest {
    /** Expected values: {@code python3 steering-eval/src/test/scripts/golden_metrics.py}. */
    @Test
    void equalsAnIndependentImplementation() {
        assertArrayEquals(new double[] {0.03, 0.06, 0.06, 0.02}, Holm.adjust(List.of(0.01, 0.04, 0.03, 0.005)), 1e-12);
        assertArrayEquals(new double[] {1, 1, 1}, Holm.adjust(List.of(0.5, 1.0, 0.6)), 1e-12);
        assertArrayEquals(
                new double[] {0.006, 0.1, 0.04, 0.006}, Holm.adjust(List.of(0.002, 0.1, 0.02, 0.0015)), 1e-12);
        assertArrayEquals(new double[] {0.03}, Holm.adjust(List.of(0.03)), 0);
        assertArrayEquals(new double[0], Holm.adjust(List.of()), 0);
    }
}
