package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.SteeringException;
import org.junit.jupiter.api.Test;

class LogitsTest {
    @Test
    void theFirstOfTheLargest() {
        assertEquals(0, Logits.argmax(new float[] {2, 2}));
        assertEquals(2, Logits.argmax(new float[] {Float.NEGATIVE_INFINITY, -5, -4}));
    }

    @Test
    void inAnyBlock() {
        float[] logits = new float[2500];
        logits[1023] = 1;
        assertEquals(1023, Logits.argmax(logits));
        logits[1024] = 2;
        assertEquals(1024, Logits.argmax(logits));
        logits[2499] = 3;
        assertEquals(2499, Logits.argmax(logits));
        assertEquals(0, Logits.argmax(new float[] {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY}));
    }

    @Test
    void whatIsNotANumberIsRefusedWhereverItIs() {
        SteeringException e = assertThrows(SteeringException.class, () -> Logits.argmax(new float[] {1, 5, Float.NaN}));
        assertEquals(
                "The model's logits are not numbers (NaN for token 2): its arithmetic overflowed. Steer less, or use a"
                        + " model of wider precision.",
                e.getMessage());
        assertThrows(SteeringException.class, () -> Logits.argmax(new float[] {Float.NaN, 5}));
    }
}
