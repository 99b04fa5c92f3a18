package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.tuning.TuningCurve.Epoch;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.data.xy.XYDataset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningChartsTest {
    @TempDir
    Path directory;

    private static SteeringVector learned(List<Integer> layers) {
        return learned(6, layers);
    }

    static SteeringVector learned(int count, List<Integer> layers) {
        SteeringVector plain = Samples.plain(count);
        return SteeringVector.of(plain.directions(), plain.provenance())
                .withTransitionReference(plain.transitionReference())
                .withStatistics(plain.statistics())
                .withPrompts(plain.prompts())
                .withLearning(new Learning(
                        "ef",
                        Map.of(),
                        "random",
                        Map.of(),
                        new TuningCost(120, 1, 1),
                        layers.stream().map(LearningChartsTest::layer).toList()));
    }

    /** The higher the layer, the lower its losses: 10 - layer at first, kept at epoch 2. */
    private static Learning.Layer layer(int layer) {
        double at = layer < 6 ? layer : 6 - 6.0 / layer;
        List<Epoch> epochs = IntStream.range(0, 4)
                .mapToObj(e -> new Epoch(11 - at - e, 10 - at - 2 * e + e * e / 2.0))
                .toList();
        return new Learning.Layer(layer, new TuningCurve(epochs, 2, Ending.HELD_OUT), 12, 11, Math.min(1, 0.1 * layer));
    }

    @Test
    void bothAreWrittenAndTheSameEveryTime() throws Exception {
        List<Path> files = LearningCharts.of(learned(List.of(1, 4))).write(directory.resolve("a"));
        assertEquals(
                java.util.stream.Stream.of("learning-loss", "learning-layers")
                        .flatMap(name -> java.util.stream.Stream.of(".png", ".svg", ".pdf", ".csv")
                                .map(name::concat))
                        .toList(),
                files.stream().map(file -> file.getFileName().toString()).toList());
        List<Path> again = LearningCharts.of(learned(List.of(1, 4))).write(directory.resolve("b"));
        for (int i = 0; i < files.size(); i++) {
            assertArrayEquals(Files.readAllBytes(files.get(i)), Files.readAllBytes(again.get(i)));
        }
        String loss = Files.readString(files.get(1));
        assertTrue(loss.contains("Layer 4: held-out loss 6.00 to 4.00 at epoch 2, stopped early"), loss);
        assertTrue(loss.contains("120 gradient steps at 2 layers."));
    }

    @Test
    void theLayerWithTheLeastLossIsShownInFullAndTheOthersByTheirHeldOutLoss() {
        XYPlot plot = LearningCharts.of(learned(List.of(1, 3, 4))).lossChart().getXYPlot();
        XYDataset data = plot.getDataset();
        assertEquals(4, data.getSeriesCount());
        assertEquals(7, data.getYValue(0, 0), "training, layer 4");
        assertEquals(4, data.getYValue(1, 2), "held-out, layer 4");
        assertEquals(7, data.getYValue(2, 2), "held-out, layer 1");
        assertEquals(5, data.getYValue(3, 2), "held-out, layer 3");
    }

    @Test
    void layersAreComparedWithTheMeanDifference() {
        CombinedDomainXYPlot both = (CombinedDomainXYPlot)
                LearningCharts.of(learned(List.of(1, 4))).layersChart().getPlot();
        XYDataset losses = both.getSubplots().get(0).getDataset();
        assertEquals(4, losses.getXValue(0, 1));
        assertEquals(12, losses.getYValue(0, 1));
        assertEquals(11, losses.getYValue(1, 1));
        assertEquals(4, losses.getYValue(2, 1));
        XYDataset cosines = both.getSubplots().get(1).getDataset();
        assertEquals(0.4, cosines.getYValue(0, 1), 1e-9);
    }

    @Test
    void aVectorThatWasNotLearnedHasNone() {
        SteeringException e = assertThrows(SteeringException.class, () -> LearningCharts.of(Samples.plain(3)));
        assertEquals(
                "cannot draw how directions were learned: those of this vector were computed (mean-difference).",
                e.getMessage());
    }
}
