package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.arithmetic.VectorComparison;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYDataset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReliabilityChartTest {
    private static LayerReliability reliability(int layer) {
        return new LayerReliability(
                400,
                new LayerReliability.Band(0.1, 0.2),
                new LayerReliability.Band(0.5 + 0.01 * layer, 0.7 + 0.01 * layer),
                0.3 + 0.01 * layer,
                0.9,
                2,
                0.1,
                List.of(),
                new LayerReliability.Control(199, 4 + layer, 1, 2, layer == 1 ? 0.4 : 0.005));
    }

    private static SteeringVector vector(int layers) {
        SteeringVector plain = Samples.plain(layers);
        return plain.withStatistics(plain.requireStatistics().stream()
                .map(s -> new LayerStatistics(
                        s.layer(), s.directionNorm(), s.activationNorm(), s.separability(), reliability(s.layer())))
                .toList());
    }

    @Test
    void drawsEveryLayersNumbersAndMarksThoseLikeChance() {
        CombinedDomainXYPlot plot = (CombinedDomainXYPlot)
                ReliabilityChart.chart(vector(6), List.of(3)).getPlot();
        XYPlot cosines = plot.getSubplots().get(0);
        XYDataset data = cosines.getDataset();
        assertEquals(3, data.getSeriesCount());
        for (int l = 0; l < 6; l++) {
            assertEquals(0.5 + 0.01 * l, data.getYValue(0, l), 1e-12);
            assertEquals(0.7 + 0.01 * l, data.getYValue(1, l), 1e-12);
            assertEquals(0.3 + 0.01 * l, data.getYValue(2, l), 1e-12);
            assertEquals((4 + l) / 2.0, plot.getSubplots().get(1).getDataset().getYValue(0, l), 1e-12);
        }
        assertEquals(2, cosines.getDomainMarkers(Layer.BACKGROUND).size(), "chosen, and like chance");
    }

    @Test
    void isDrawnWhereItIsKnown(@TempDir Path directory) throws IOException {
        List<Path> files = LayerCharts.of(vector(6)).write(directory).files();
        assertTrue(files.contains(directory.resolve("reliability.svg")));
        assertTrue(Files.readString(directory.resolve("reliability.svg")).contains("<svg"));
        String message = assertThrows(SteeringException.class, () -> LayerCharts.of(Samples.plain(6))
                        .reliability())
                .getMessage();
        assertTrue(message.startsWith("cannot draw the chart reliability: the vector does not say"), message);
    }

    @Test
    void comparisonsShowEveryPairThatCanBeToldApart(@TempDir Path directory) {
        List<SteeringVector> vectors = List.of(Samples.plain(6), Samples.plain(6), Samples.plain(6));
        Chart chart =
                VectorComparisonChart.of(List.of("a", "b", "c"), VectorComparison.of(vectors, ModelCheck.SAME_MODEL));
        assertEquals(4, chart.write(directory).size());
    }
}
