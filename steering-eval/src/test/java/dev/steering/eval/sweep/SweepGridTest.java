package dev.steering.eval.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SweepGridTest {
    private static final LayerSet LAYERS = new LayerSet(List.of(3), List.of(5), null);
    private static final double[] SCORES = {0.5, 0.25, 0.5, 1, 0.25};

    private static SweepGrid grid(Double... alphas) {
        return new SweepGrid(List.of(LAYERS), List.of(alphas), List.of());
    }

    private static void assertRefused(String message, Executable grid) {
        String found = assertThrows(SteeringException.class, grid).getMessage();
        assertTrue(found.contains(message), found);
    }

    @Test
    void everyStrengthIsTriedInBothDirections() {
        SweepGrid grid = new SweepGrid(
                List.of(
                        LAYERS,
                        new LayerSet(List.of(3), List.of(4), null),
                        new LayerSet(List.of(1, 2), List.of(5), null)),
                List.of(2.0, 0.5),
                List.of());
        List<List<Push>> pushes = grid.pushes();
        assertEquals(2, pushes.size(), "two classifiers of the same steered layers share their answers");
        assertEquals(
                List.of("3:-0.5", "3:+0.5", "3:-2.0", "3:+2.0"),
                pushes.get(0).stream().map(Push::name).toList());
        assertEquals("1-2:+2.0", pushes.get(1).get(3).name());
    }

    @Test
    void cutPointsAreTheMidpointsAndTheKnownThreshold() {
        assertEquals(List.of(0.375, 0.75), grid(1.0).thresholds(LAYERS, SCORES));
        LayerSet known = new LayerSet(List.of(3), List.of(5), 0.6);
        assertEquals(List.of(0.375, 0.6, 0.75), grid(1.0).thresholds(known, SCORES));
        assertEquals(List.of(0.5), grid(1.0).thresholds(LAYERS, new double[] {0.5, 0.5}));
        SweepGrid given = new SweepGrid(List.of(known), List.of(1.0), List.of(0.9, 0.1));
        assertEquals(List.of(0.1, 0.9), given.thresholds(known, SCORES), "given thresholds and no others");
    }

    @Test
    void scoresAtTheThresholdAreHarmful() {
        Setting setting = new Setting(LAYERS, 0.5, 0.9);
        assertEquals(0.5, setting.push(0.9).strength());
        assertEquals(-0.5, setting.push(Math.nextDown(0.9)).strength());
    }

    @Test
    void refusesWhatCannotBeTried() {
        assertRefused("There is nothing to try", () -> grid());
        assertRefused("There is nothing to try", () -> new SweepGrid(List.of(), List.of(1.0), List.of()));
        assertRefused("A strength must be above 0, found -1.0", () -> grid(1.0, -1.0));
        assertRefused("A strength must be above 0, found 0.0", () -> grid(0.0));
        assertRefused("A strength must be a finite number, found not a number", () -> grid(Double.NaN));
        assertRefused("The strength '0.5' is there twice", () -> grid(0.5, 1.0, 0.5));
        assertRefused(
                "The threshold '0.5' is there twice",
                () -> new SweepGrid(List.of(LAYERS), List.of(1.0), List.of(0.5, 0.5)));
        assertRefused(
                "The layer set 'steer 3, classify at 5' is there twice",
                () -> new SweepGrid(List.of(LAYERS, LAYERS), List.of(1.0), List.of()));
        assertRefused("Layer 5 is out of range: the model has layers 0 to 4", () -> grid(1.0)
                .requireLayers(5));
    }

    @Test
    void saysWhatItTries() {
        LayerSet known = new LayerSet(List.of(3, 4), List.of(5), 0.6);
        assertEquals(
                "steer 3-4, classify at 5; strengths [0.5, 1.0]; thresholds at every cut point and 0.6",
                new SweepGrid(List.of(known), List.of(1.0, 0.5), List.of()).words());
        assertEquals(
                "steer 3-4, classify at 5; strengths [1.0]; thresholds [0.25]",
                new SweepGrid(List.of(known), List.of(1.0), List.of(0.25)).words());
    }
}
