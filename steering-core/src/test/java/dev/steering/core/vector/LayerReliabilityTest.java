package dev.steering.core.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import dev.steering.core.reliability.LayerReliability;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerReliabilityTest {
    @TempDir
    private Path directory;

    private static LayerReliability measured(double chance, double auc) {
        return new LayerReliability(
                400,
                new LayerReliability.Band(0.8, 0.9),
                new LayerReliability.Band(0.75, 0.95),
                0.625,
                auc,
                2.5,
                0.125,
                List.of(new LayerReliability.Share(0.25, 0.7), new LayerReliability.Share(0.5, 0.875)),
                new LayerReliability.Control(199, 3.5, 1.25, 2.5, chance));
    }

    private static SteeringVector vector(LayerReliability first, LayerReliability second) {
        return VectorExamples.plain()
                .withStatistics(
                        List.of(new LayerStatistics(0, 1, 4, 3, first), new LayerStatistics(1, 1, 4, 3, second)));
    }

    @Test
    void isReadAsItWasWritten() {
        SteeringVector vector = vector(measured(0.005, 0.9), measured(0.4, 0.5));
        Path file = directory.resolve("v.safetensors");
        VectorFile.write(file, vector);
        assertEquals(vector, VectorFile.read(file));
        assertEquals(0.25, vector.requireStatistics().get(0).relativeNorm());
    }

    @Test
    void aLayerLikeChanceIsMarkedWhereTheVectorSteers() {
        assertFalse(new LayerStatistics(0, 1, 1, 1).isLikeChance(), "nothing is known");
        assertFalse(new LayerStatistics(0, 1, 1, 1, measured(0.05, 1)).isLikeChance());
        assertTrue(new LayerStatistics(0, 1, 1, 1, measured(0.055, 1)).isLikeChance());
        SteeringVector vector = vector(measured(0.005, 0.9), measured(0.4, 0.5));
        assertEquals(
                List.of(
                        "The vector's direction at layer 1 cannot be told from chance: prompts with labels exchanged at random give"
                                + " as much in more than 5 % of cases. Do not steer there, or extract from more prompts."),
                VectorQuality.remarks(vector));
        Calibration sure =
                new Calibration("held-out files", 50, 50, List.of(1), 0.9, 0.99, 0.9, 0.9, List.of(1.0, 1.0), null);
        Anchoring elsewhere =
                new Anchoring(1, List.of(), List.of(), List.of(), List.of(0), 0.1, VectorScale.UNIT, sure);
        assertEquals(List.of(), VectorQuality.remarks(vector.withAnchoring(elsewhere)), "it does not steer there");
    }

    /** It was said of other directions. */
    @Test
    void changedDirectionsLoseIt() {
        SteeringVector vector = vector(measured(0.005, 0.9), measured(0.4, 0.5));
        float[][] rows = {vector.directions().row(0), {7, 8, 9}};
        List<LayerStatistics> statistics =
                vector.withDirections(LayerMatrix.of(rows)).requireStatistics();
        assertEquals(vector.requireStatistics().get(0), statistics.get(0));
        assertEquals(new LayerStatistics(1, 1, 4, 3), statistics.get(1));
    }

    @Test
    void whatIsNotFiniteIsNotWritten() {
        Path file = directory.resolve("v.safetensors");
        SteeringVector vector = vector(measured(0.005, Double.NaN), measured(0.4, 0.5));
        assertTrue(assertThrows(BadRequest.class, () -> VectorFile.write(file, vector))
                .getMessage()
                .contains("auc"));
    }
}
