package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerStripTest {
    @Test
    void barsAreFromZeroToTheLargest() {
        assertEquals(
                "AUC          \u2581\u2585\u2588\u2581  layers 0-3, largest 0.8",
                LayerStrip.of("AUC", List.of(0.0, 0.4, 0.8, -1.0)).replace("0.800", "0.8"));
        assertEquals("n            \u2581\u2581  layers 0-1, largest 0.00", LayerStrip.of("n", List.of(0.0, 0.0)));
    }

    @Test
    void marksStandBelowTheirLayers() {
        assertEquals("              ^^", LayerStrip.marks(6, List.of(1, 2)));
        assertEquals("", LayerStrip.marks(6, List.of()));
    }

    @Test
    void manyLayersFitTheTerminal() {
        String strip = LayerStrip.of("refusal", Collections.nCopies(400, 0.5));
        assertTrue(strip.length() <= Math.max(80, Terminal.columns()), strip);
        assertTrue(LayerStrip.marks(400, List.of(399)).length() <= 55, "the last layer has a place");
    }
}
