package dev.steering.core.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import org.junit.jupiter.api.Test;

class LayerMatrixTest {
    private static final LayerMatrix MATRIX = LayerMatrix.of(new float[][] {{3, 4}, {0, 0}, {-6, -8}});

    @Test
    void arraysAreCopiedInAndOut() {
        float[] values = {1, 2};
        LayerMatrix matrix = LayerMatrix.of(1, 2, values);
        values[0] = 9;
        matrix.row(0)[0] = 9;
        matrix.values()[0] = 9;
        assertArrayEquals(new float[] {1, 2}, matrix.row(0));
    }

    @Test
    void normsAndCosines() {
        assertEquals(5, MATRIX.norm(0));
        assertEquals(-1, MATRIX.cosine(0, MATRIX, 2), 1e-15);
        assertEquals(0, MATRIX.cosine(0, MATRIX, 1), "a zero row is at right angles to everything");
        assertEquals(0.6, MATRIX.cosine(0, LayerMatrix.of(1, 2, new float[] {7, 0}), 0), 1e-15);
    }

    @Test
    void unitRowsHaveNormOneAndZeroRowsStay() {
        assertEquals(LayerMatrix.of(new float[][] {{0.6f, 0.8f}, {0, 0}, {-0.6f, -0.8f}}), MATRIX.unit());
    }

    @Test
    void wrongSizesAreRefused() {
        assertMessage("expected 2 x 3 values, found 5", () -> LayerMatrix.of(2, 3, new float[5]));
        assertMessage("row 1 has 1 columns, expected 2", () -> LayerMatrix.of(new float[][] {{1, 2}, {3}}));
        assertMessage("expected at least one layer and one column", () -> LayerMatrix.of(new float[0][]));
        assertMessage("hidden sizes differ: 2 and 3", () -> MATRIX.cosine(0, LayerMatrix.of(1, 3, new float[3]), 0));
        IndexOutOfBoundsException e = assertThrows(IndexOutOfBoundsException.class, () -> MATRIX.row(3));
        assertEquals("layer 3 of 3", e.getMessage());
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        SteeringException e =
                assertThrows(SteeringException.class, () -> LayerMatrix.of(2, 2, new float[] {0, 0, 0, Float.NaN}));
        assertTrue(e.getMessage().startsWith("a vector must be finite: layer 1, component 1 is NaN"), e.getMessage());
    }

    private static void assertMessage(String message, Runnable code) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, code::run);
        assertEquals(message, e.getMessage());
    }
}
