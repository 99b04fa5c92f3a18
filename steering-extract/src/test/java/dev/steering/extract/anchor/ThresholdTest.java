package dev.steering.extract.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ThresholdTest {
    @Test
    void separableClassesMeetHalfWay() {
        assertEquals(new Threshold(2.5, 1, 1), Threshold.calibrate(new double[] {3, 4}, new double[] {1, 2}));
    }

    @Test
    void aMissedHarmfulPromptCostsTwice() {
        // At 1.5: 2 * 1 + 1/2 = 2.5. At 2.5: 2 * 1/2 + 1/2. At 3.5: 2 * 1/2 + 1 = 2.
        assertEquals(new Threshold(1.5, 1, 0.5), Threshold.calibrate(new double[] {2, 4}, new double[] {1, 3}));
    }

    @Test
    void ofEquallyGoodOnesTheMiddleOneIsTaken() {
        // 1.5: 2 + 1/2; 2.5: 1.5 + 1/2; 3.5: 1.5 + 1; 4.5: 1 + 1; 5.5: 0.5 + 1. Of 1.5 and 3.5 the upper.
        assertEquals(new Threshold(3.5, 0.75, 1), Threshold.calibrate(new double[] {2, 4, 5, 6}, new double[] {1, 3}));
    }

    @Test
    void equalScoresAreAllCalledHarmful() {
        assertEquals(new Threshold(0.5, 1, 0), Threshold.calibrate(new double[] {0.5}, new double[] {0.5, 0.5}));
    }

    @Test
    void neighbouringDoublesStillSeparate() {
        double low = 0.5;
        double high = Math.nextUp(low);
        assertEquals(new Threshold(high, 1, 1), Threshold.calibrate(new double[] {high}, new double[] {low}));
    }
}
