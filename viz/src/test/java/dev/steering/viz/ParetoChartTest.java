package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.viz.ParetoChart.Mark;
import dev.steering.viz.ParetoChart.Place;
import dev.steering.viz.internal.ChartStyle;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleEdge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParetoChartTest {
    private static final List<Place> FRONT = List.of(new Place(0, 0.2), new Place(0.05, 0.02), new Place(0.3, 0));
    private static final Mark UNSTEERED = new Mark("unsteered", "", new Place(0.4, 0), new Place(0.35, 0));
    private static final Mark RECOMMENDED =
            new Mark("recommended", "layers 3, alpha 0.75", new Place(0.05, 0.02), new Place(0.1, 0.03));

    private static List<Place> settings() {
        List<Place> settings = new ArrayList<>(FRONT);
        settings.add(new Place(0.1, 0.1));
        settings.add(new Place(0.1, 0.1));
        settings.add(new Place(1, 0));
        settings.add(new Place(0, 1));
        return settings;
    }

    private static Chart chart(Mark unsteered, Mark recommended) {
        return ParetoChart.of("demo-model", "Judge: scans's list.", settings(), FRONT, unsteered, recommended);
    }

    @Test
    void axesBeginAtZeroAndFrameWhatMatters() {
        XYPlot plot = ParetoChart.chart("", "", settings(), FRONT, UNSTEERED, RECOMMENDED)
                .getXYPlot();
        assertEquals(46, plot.getDomainAxis().getUpperBound(), 1e-9, "the unsteered model's 40 % with room");
        assertEquals(23, plot.getRangeAxis().getUpperBound(), 1e-9, "the front's 20 % with room");
        assertEquals(0, plot.getDomainAxis().getLowerBound());
        assertEquals(0, plot.getRangeAxis().getLowerBound());
        assertEquals("harmful prompts answered (%)", plot.getRangeAxis().getLabel());
        assertEquals(3, plot.getDataset(1).getItemCount(0), "the front");
        assertEquals(5.0, plot.getDataset(1).getXValue(0, 1), 1e-9, "in per cent");
    }

    @Test
    void namesMarksAndSaysWhatIsOutside() throws Exception {
        List<String> texts = TextRecorder.textsOf(chart(UNSTEERED, RECOMMENDED)).stream()
                .map(TextRecorder.Text::text)
                .toList();
        assertTrue(texts.containsAll(List.of("unsteered", "recommended", "layers 3, alpha 0.75")), texts::toString);
        assertTrue(texts.contains("settings (2 more places are outside)"), texts::toString);
        assertTrue(texts.contains("harmless prompts refused: over-refusal (%)"), texts::toString);
        assertTrue(texts.contains("0"), "ticks begin at 0: " + texts);
    }

    @Test
    void labelsStayInsideThePicture() throws Exception {
        Rectangle2D picture = new Rectangle2D.Double(0, 0, ChartStyle.WIDTH, ChartStyle.HEIGHT);
        List<Place> corners = List.of(new Place(0, 0), new Place(1, 0), new Place(0, 1), new Place(1, 1));
        for (Place unsteered : corners) {
            for (Place recommended : corners) {
                Chart chart = chart(
                        new Mark("unsteered", "", unsteered, unsteered),
                        new Mark("recommended", "layers 10-20, alpha 3.5", recommended, recommended));
                for (TextRecorder.Text text : TextRecorder.textsOf(chart)) {
                    assertTrue(picture.contains(text.box()), text + " with " + unsteered + " and " + recommended);
                }
            }
        }
    }

    /** As on the demo model, where the first place for the label was over its own test mark. */
    @Test
    void labelsKeepOffTheMarks() throws Exception {
        XYPlot plot = ParetoChart.chart("", "", settings(), FRONT, UNSTEERED, RECOMMENDED)
                .getXYPlot();
        BufferedImage image = new BufferedImage(ChartStyle.WIDTH, ChartStyle.HEIGHT, BufferedImage.TYPE_INT_RGB);
        ChartRenderingInfo info = new ChartRenderingInfo();
        ParetoChart.chart("", "", settings(), FRONT, UNSTEERED, RECOMMENDED)
                .draw(image.createGraphics(), new Rectangle2D.Double(0, 0, ChartStyle.WIDTH, ChartStyle.HEIGHT), info);
        Rectangle2D area = info.getPlotInfo().getDataArea();
        List<TextRecorder.Text> labels =
                TextRecorder.textsOf(ParetoChart.of("", "", settings(), FRONT, UNSTEERED, RECOMMENDED)).stream()
                        .filter(text -> text.text().equals("layers 3, alpha 0.75")
                                || text.text().equals("recommended"))
                        .filter(text -> area.contains(text.box()))
                        .toList();
        assertEquals(2, labels.size());
        for (Place place : List.of(RECOMMENDED.place(), RECOMMENDED.test(), FRONT.get(0), FRONT.get(2))) {
            double x = plot.getDomainAxis().valueToJava2D(100 * place.overRefusal(), area, RectangleEdge.BOTTOM);
            double y = plot.getRangeAxis().valueToJava2D(100 * place.compliance(), area, RectangleEdge.LEFT);
            Rectangle2D mark = new Rectangle2D.Double(x - 13, y - 13, 26, 26);
            labels.forEach(label -> assertFalse(mark.intersects(label.box()), label + " covers " + place));
        }
    }

    @Test
    void isWrittenInEveryFormat(@TempDir Path directory) throws Exception {
        Chart chart = chart(UNSTEERED, RECOMMENDED);
        assertEquals(
                java.util.stream.Stream.of("png", "svg", "pdf", "csv")
                        .map(format -> directory.resolve("pareto-front." + format))
                        .toList(),
                chart.write(directory));
        assertArrayEquals(chart.png(), Files.readAllBytes(directory.resolve("pareto-front.png")));
        assertTrue(Files.readString(directory.resolve("pareto-front.svg")).contains("recommended"));
        assertFalse(chart.svg().isEmpty());
    }

    @Test
    void refusesWhatIsNoShare() {
        assertEquals(
                "expected shares, found 1.2 and 0.0",
                assertThrows(IllegalArgumentException.class, () -> new Place(1.2, 0))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> ParetoChart.of("", "", List.of(), List.of(), UNSTEERED, RECOMMENDED));
    }
}
