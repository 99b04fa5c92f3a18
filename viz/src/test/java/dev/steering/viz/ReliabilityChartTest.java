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
import java.util.stream.IntStream;
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
                new LayerReliability.Control(199, 4 + layer, 1, 2, layer == 1 ? 0.4 : 0.005),
                new LayerReliability.Measures(
                        new LayerReliability.Band(1, 3),
                        new LayerReliability.Band(0.4 + 0.01 * layer, 2.5),
                        new LayerReliability.Band(0.8, 0.95),
                        new LayerReliability.Band(1.5, 2.5)));
    }

    static SteeringVector vector(int layers) {
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
        List<Chart> charts =
                VectorComparisonChart.of(List.of("a", "b", "c"), VectorComparison.of(vectors, ModelCheck.SAME_MODEL));
        assertEquals(1, charts.size());
        assertEquals(4, charts.get(0).write(directory).size());
    }

    /** Twelve vectors are 66 pairs, which no lines tell apart. */
    @Test
    void manyVectorsAreAHeatMap() {
        List<SteeringVector> vectors =
                IntStream.range(0, 12).mapToObj(i -> Samples.plain(6)).toList();
        List<Chart> charts = VectorComparisonChart.of(
                IntStream.range(0, 12).mapToObj(i -> "vector " + i).toList(),
                VectorComparison.of(vectors, ModelCheck.SAME_MODEL));
        assertEquals(
                List.of("vector-comparison", "vector-comparison-layers", "vector-norms"),
                charts.stream().map(Chart::name).toList());
        assertEquals(1 + 144, charts.get(0).csv().lines().count());
        assertEquals(1 + 6 * 66, charts.get(1).csv().lines().count());
        assertTrue(charts.get(0).csv().lines().skip(1).allMatch(line -> line.contains(",1,")), "all are the same");
    }

    @Test
    void intervalsOfWhatIsMeasuredAreInTheNumbers() {
        LayerCharts charts = LayerCharts.of(vector(6));
        String separability =
                charts.separability().csv().lines().skip(1).findFirst().orElseThrow();
        assertTrue(separability.endsWith(",,0.4,2.5"), separability);
        assertEquals(1 + 2 * 6, charts.heldOut().csv().lines().count());
        assertTrue(charts.heldOut().csv().contains(",area under the curve,5,0.9,,0.8,0.95"));
        String norm = charts.directionNorm().csv().lines().skip(1).findFirst().orElseThrow();
        assertTrue(norm.endsWith(",,1,3"), norm);
    }
}
