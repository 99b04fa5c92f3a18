package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.LayerLines;
import dev.steering.viz.internal.Palette;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYBoxAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.title.PaintScaleLegend;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.XYZDataset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The charts show the vector's numbers, all of them, at the right layers. */
class ChartDataTest {
    private static SteeringVector vector(int layers, List<Integer> chosen) {
        return Samples.plain(layers).withAnchoring(Samples.anchoring(layers, chosen));
    }

    private static Anchoring anchoring(SteeringVector vector) {
        return java.util.Objects.requireNonNull(vector.anchoring());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 32, 80})
    void refusalScoreHasABarPerLayerAndALinePerSegment(int layers) {
        SteeringVector vector = Samples.anchored(layers);
        XYPlot plot = RefusalScoreChart.chart(vector, anchoring(vector)).getXYPlot();
        XYDataset bars = plot.getDataset();
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < bars.getItemCount(1); i++) {
            int layer = (int) bars.getXValue(1, i);
            chosen.add(layer);
            assertEquals(anchoring(vector).layers().get(layer).refusalScore(), bars.getYValue(1, i));
        }
        assertEquals(anchoring(vector).steeringLayers(), chosen);
        assertEquals(layers, bars.getItemCount(0) + bars.getItemCount(1));
        assertEquals(anchoring(vector).segments().size(), plot.getDataset(1).getSeriesCount());
        assertEquals(0, plot.getRangeAxis().getLowerBound());
        assertTrue(plot.getRangeAxis().getUpperBound() > 0.65);
        assertLayerAxis((NumberAxis) plot.getDomainAxis(), layers);
    }

    @Test
    void shadedLayersAreTheChosenLayersInEveryChart() {
        List<Integer> chosen = List.of(1, 2, 5, 9, 10, 11);
        SteeringVector vector = vector(12, chosen);
        XYPlot scores = RefusalScoreChart.chart(vector, anchoring(vector)).getXYPlot();
        assertEquals(chosen, shaded(scores));
        for (XYPlot panel : panels(DirectionNormChart.chart(vector, chosen))) {
            assertEquals(chosen, shaded(panel));
        }
        for (XYPlot panel : panels(SeparabilityChart.chart(vector, anchoring(vector)))) {
            assertEquals(chosen, shaded(panel));
        }
        List<Integer> listed = TopTokensChart.rows(anchoring(vector)).stream()
                .filter(TopTokensChart.Row::chosen)
                .map(r -> Integer.valueOf(r.label()))
                .toList();
        assertEquals(chosen, listed);
        long outlines = CosineChart.chart(vector, chosen).getXYPlot().getAnnotations().stream()
                .filter(XYBoxAnnotation.class::isInstance)
                .count();
        assertEquals(3, outlines, "runs 1-2, 5, 9-11");
    }

    @Test
    void segmentBordersLieBetweenLayers() {
        SteeringVector vector = Samples.anchored(6);
        XYPlot plot = RefusalScoreChart.chart(vector, anchoring(vector)).getXYPlot();
        List<Double> borders = markers(plot).stream()
                .filter(ValueMarker.class::isInstance)
                .map(m -> ((ValueMarker) m).getValue())
                .toList();
        assertEquals(List.of(1.5, 3.5), borders);
    }

    @Test
    void directionNormShowsBothNormsAndTheirRatioInPercent() {
        SteeringVector vector = Samples.plain(6);
        List<XYPlot> panels = panels(DirectionNormChart.chart(vector, List.of()));
        for (int l = 0; l < 6; l++) {
            var s = vector.statistics().get(l);
            assertEquals(s.directionNorm(), panels.get(0).getDataset().getYValue(0, l));
            assertEquals(s.activationNorm(), panels.get(0).getDataset().getYValue(1, l));
            double percent = 100 * s.directionNorm() / s.activationNorm();
            assertEquals(percent, panels.get(1).getDataset().getYValue(0, l), 1e-12);
        }
        assertEquals("norm", panels.get(0).getRangeAxis().getLabel());
    }

    @Test
    void cosineShowsEveryPairAndItsColour() {
        SteeringVector sample = Samples.plain(3);
        LayerMatrix rows = LayerMatrix.of(new float[][] {{1, 0}, {0, 2}, {-3, 0}});
        SteeringVector vector = SteeringVector.of(rows, sample.provenance())
                .withTransitionReference(rows)
                .withStatistics(sample.statistics())
                .withPrompts(sample.prompts());
        JFreeChart chart = CosineChart.chart(vector, List.of());
        XYPlot plot = chart.getXYPlot();
        XYZDataset data = (XYZDataset) plot.getDataset();
        assertEquals(9, data.getItemCount(0));
        assertEquals(1, data.getZValue(0, 0));
        assertEquals(0, data.getZValue(0, 1));
        assertEquals(-1, data.getZValue(0, 2));
        var scale = ((XYBlockRenderer) plot.getRenderer()).getPaintScale();
        assertEquals(Palette.vermillion(), scale.getPaint(1.0000001));
        assertEquals(Palette.background(), scale.getPaint(0));
        assertEquals(Palette.blue(), scale.getPaint(-1));
        boolean hasBar = chart.getSubtitles().stream().anyMatch(PaintScaleLegend.class::isInstance);
        assertTrue(hasBar, "colour bar");
        assertLayerAxis((NumberAxis) plot.getDomainAxis(), 3);
        assertLayerAxis((NumberAxis) plot.getRangeAxis(), 3);
    }

    @Test
    void separabilityHasASecondPanelOnlyWhenCalibrated() {
        SteeringVector vector = Samples.anchored(6);
        assertEquals(1, panels(SeparabilityChart.chart(vector, null)).size());
        JFreeChart chart = SeparabilityChart.chart(vector, anchoring(vector));
        Calibration calibration = anchoring(vector).calibration();
        XYDataset auc = panels(chart).get(1).getDataset();
        assertEquals(6, auc.getItemCount(0));
        assertEquals(calibration.layerAuc().get(4), auc.getYValue(0, 4));
        boolean stated = chart.getSubtitles().stream()
                .anyMatch(
                        t -> t instanceof TextTitle text && text.getText().startsWith("Threshold 0.7512 on the mean"));
        assertTrue(stated, "the threshold belongs in the caption");
    }

    @Test
    void topTokensHasARowForEachOfFewLayersAndSaysWhichOfManyItHas() throws Exception {
        assertEquals(
                3 + 80, TopTokensChart.rows(Samples.anchoring(80, List.of(4))).size());
        Chart small = LayerCharts.of(Samples.anchored(6)).topTokens();
        Chart all = LayerCharts.of(Samples.anchored(32)).topTokens();
        Chart tall = LayerCharts.of(Samples.anchored(80)).topTokens();
        assertEquals(26 * 30, all.height() - small.height(), 30);
        assertTrue(tall.height() < all.height() + 90, "as high as of 32 layers: " + tall.height());
        List<String> texts =
                TextRecorder.textsOf(tall).stream().map(TextRecorder.Text::text).toList();
        for (int layer : anchoring(Samples.anchored(80)).steeringLayers()) {
            assertTrue(texts.contains(Integer.toString(layer)), "chosen layer " + layer);
        }
        assertEquals(
                83 * Samples.TOP_K,
                java.util.regex.Pattern.compile("(?m)^(segment|layer),")
                        .matcher(tall.csv())
                        .results()
                        .count(),
                "the CSV has all");
    }

    /** Every column is as wide as what is in it, so no token is cut where the next column is half empty. */
    @Test
    void tokensAreWholeWhereThereIsRoom() throws Exception {
        List<String> texts = TextRecorder.textsOf(
                        LayerCharts.of(Samples.anchored(32)).topTokens())
                .stream()
                .map(TextRecorder.Text::text)
                .toList();
        assertTrue(texts.stream().anyMatch(text -> text.endsWith("internationalization")), texts::toString);
        assertTrue(texts.stream().noneMatch(text -> text.endsWith("\u2026")), texts::toString);
    }

    /** All scores 0: flat marks and a whole scale, not an empty frame. */
    @Test
    void scoresOfZeroAreDrawn() {
        SteeringVector vector = Samples.plain(4).withAnchoring(Samples.zeroScores(4));
        XYPlot plot = RefusalScoreChart.chart(vector, anchoring(vector)).getXYPlot();
        assertTrue(plot.getRangeAxis().getUpperBound() > 1);
        assertEquals(
                4,
                plot.getAnnotations().stream()
                        .filter(org.jfree.chart.annotations.XYLineAnnotation.class::isInstance)
                        .count());
    }

    @Test
    void colourBarIsOfTheCosinesThatOccur() {
        PaintScaleLegend bar = CosineChart.chart(Samples.plain(6), List.of()).getSubtitles().stream()
                .filter(PaintScaleLegend.class::isInstance)
                .map(PaintScaleLegend.class::cast)
                .findFirst()
                .orElseThrow();
        assertTrue(bar.getAxis().getLowerBound() >= -0.25, "those of the sample are above");
        assertEquals(1, bar.getAxis().getUpperBound());
    }

    /** A line of one point would be nothing. */
    @Test
    void onePointIsAMark() {
        org.jfree.data.xy.XYSeries one = new org.jfree.data.xy.XYSeries("one");
        one.add(0, 1);
        XYPlot plot = new LayerLines()
                .add(Palette.blue(), ChartStyle.LINE, ChartStyle.noMark())
                .plot(new org.jfree.data.xy.XYSeriesCollection(one), ChartStyle.valueAxis("v", 0, 2));
        assertTrue(plot.getRenderer().getSeriesShape(0).getBounds2D().getWidth() > 3);
    }

    private static void assertLayerAxis(NumberAxis axis, int layers) {
        assertEquals(-0.5, axis.getLowerBound());
        assertEquals(layers - 0.5, axis.getUpperBound());
        assertEquals(Math.rint(axis.getTickUnit().getSize()), axis.getTickUnit().getSize());
        assertTrue(!axis.isAutoTickUnitSelection(), "the tick unit must stay whole");
    }

    private static List<XYPlot> panels(JFreeChart chart) {
        List<XYPlot> panels = new ArrayList<>();
        for (Object panel : ((CombinedDomainXYPlot) chart.getPlot()).getSubplots()) {
            panels.add((XYPlot) panel);
        }
        return panels;
    }

    private static List<Integer> shaded(XYPlot plot) {
        List<Integer> layers = new ArrayList<>();
        for (Object marker : markers(plot)) {
            if (marker instanceof IntervalMarker m) {
                for (double l = m.getStartValue() + 0.5; l < m.getEndValue(); l++) {
                    layers.add((int) l);
                }
            }
        }
        return layers;
    }

    private static Collection<?> markers(XYPlot plot) {
        Collection<?> markers = plot.getDomainMarkers(Layer.BACKGROUND);
        return markers == null ? List.of() : markers;
    }
}
