package dev.steering.extract.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class AucTest {
    @Test
    void countsPairsAndHalvesTies() {
        assertEquals(1, Auc.of(new double[] {2, 3}, new double[] {0, 1}));
        assertEquals(0, Auc.of(new double[] {0}, new double[] {1, 2}));
        assertEquals(0.5, Auc.of(new double[] {1, 1}, new double[] {1, 1, 1}));
        // Pairs: 3 > 1, 3 > 2, 2 > 1, 2 = 2: 3.5 of 4.
        assertEquals(3.5 / 4, Auc.of(new double[] {3, 2}, new double[] {1, 2}));
    }

    @Test
    void needsBothClasses() {
        assertThrows(IllegalArgumentException.class, () -> Auc.of(new double[] {}, new double[] {1}));
    }
}
