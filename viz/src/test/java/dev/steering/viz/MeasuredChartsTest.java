package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.viz.BandChart.Along;
import dev.steering.viz.BandChart.Line;
import dev.steering.viz.BandChart.Panel;
import dev.steering.viz.BandChart.Point;
import dev.steering.viz.HeatMapChart.Cell;
import dev.steering.viz.HeatMapChart.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jfree.chart.JFreeChart;
import org.jfree.data.xy.XYDataset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Charts of measurements: bands, heat maps, scores, planes. */
class MeasuredChartsTest {
    private static final List<String> ODD = List.of(
            "<|user|>",
            " the",
            "\n",
            "\u4F60\u597D",
            "\u0627\u0644\u0633",
            "\uD83D\uDE00",
            "\u0000",
            "",
            "internationalization",
            "\u202Eabc");

    private static Chart bands(int points) {
        List<Line> lines = new ArrayList<>();
        for (String name : List.of("safe: over-refusal", "harmful: refusal")) {
            lines.add(new Line(
                    name,
                    IntStream.range(0, points)
                            .mapToObj(i -> new Point(i / 4.0, 50 + i, 40 + i, 60 + i))
                            .toList(),
                    80.0));
        }
        return BandChart.of(
                "dose-response-scans",
                "What does more strength do: scans?",
                "model: demo",
                "Wilson.",
                new Along("strength", 0, List.of()),
                List.of(new Panel("refused (%)", 0, 100, lines)));
    }

    private static Chart heat(int rows, int columns, boolean words) {
        List<List<Cell>> cells = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
            List<Cell> row = new ArrayList<>();
            for (int c = 0; c < columns; c++) {
                row.add(new Cell(Math.sin(r + c), words ? ODD.get((r + c) % ODD.size()) : null));
            }
            cells.add(row);
        }
        List<String> names = IntStream.range(0, columns)
                .mapToObj(c -> words ? ODD.get(c % ODD.size()) : Integer.toString(c))
                .toList();
        return HeatMapChart.of(
                "trace-unsteered",
                "What does each state read as?",
                "model: demo",
                "Colour: cosine.",
                1,
                new Grid(
                        "layer",
                        IntStream.range(0, rows).mapToObj(Integer::toString).toList(),
                        "token",
                        names,
                        List.of(columns - 1),
                        cells));
    }

    private static ScoreChart scores() {
        return new ScoreChart(
                "model: demo",
                "mean transition cosine",
                List.of(0.9, 0.8, 0.7, 0.3),
                List.of(0.1, 0.2, 0.35, 0.75),
                0.6,
                0.8125,
                "[0.4, 1.0]");
    }

    private static Chart planes(int layers) {
        List<PlaneChart.Plane> planes = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            planes.add(new PlaneChart.Plane(
                    l, 0.5, List.of(new PlaneChart.Dot(1, 2, true), new PlaneChart.Dot(-3, 0.5, false))));
        }
        return PlaneChart.of("model: demo", planes);
    }

    private static List<Chart> all() {
        return List.of(
                bands(1),
                bands(7),
                heat(6, 9, true),
                heat(80, 120, false),
                heat(32, 30, true),
                heat(1, 1, false),
                scores().scores(),
                scores().roc(),
                planes(1),
                planes(6));
    }

    @ParameterizedTest
    @EnumSource(ChartLook.Size.class)
    void areTidyInEveryPlace(ChartLook.Size size) throws Exception {
        for (boolean titled : new boolean[] {true, false}) {
            for (Chart chart : all()) {
                ChartLayoutTest.assertPrinted(chart.withLook(new ChartLook(size, null, titled, !titled, 1)), size);
            }
        }
    }

    @Test
    void sameInputGivesSameBytes() {
        for (int i = 0; i < all().size(); i++) {
            assertArrayEquals(all().get(i).png(), all().get(i).png());
            assertArrayEquals(all().get(i).pdf(), all().get(i).pdf());
            assertEquals(all().get(i).svg(), all().get(i).svg());
            assertEquals(all().get(i).csv(), all().get(i).csv());
        }
    }

    @Test
    void bandsAreInTheNumbers() {
        List<String> lines = bands(2).csv().lines().toList();
        assertEquals("x axis,y axis,series,x,y,value,low,high", lines.get(0));
        assertEquals("strength,refused (%),safe: over-refusal,0.25,51,,41,61", lines.get(2));
        assertEquals(5, lines.size());
    }

    /** By hand: of the thresholds downwards 0.9 0.8 finds 1/4, 2/4 for nothing, 0.75 stops 1/4, 0.7 finds 3/4, ... */
    @Test
    void rocIsTheCurveOfTheScores() {
        JFreeChart chart = scores().curve();
        XYDataset data = chart.getXYPlot().getDataset();
        double[][] expected = {{0, 0}, {0, 25}, {0, 50}, {25, 50}, {25, 75}, {50, 75}, {50, 100}, {75, 100}, {100, 100}
        };
        assertEquals(expected.length, data.getItemCount(0));
        double area = 0;
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i][0], data.getXValue(0, i), 1e-9);
            assertEquals(expected[i][1], data.getYValue(0, i), 1e-9);
            area += i == 0 ? 0 : (expected[i][0] - expected[i - 1][0]) * (expected[i][1] + expected[i - 1][1]) / 2e4;
        }
        assertEquals(scores().auc(), area, 1e-9, "the area that the caption says");
        assertEquals(25, data.getXValue(1, 0), "0.75 is stopped");
        assertEquals(75, data.getYValue(1, 0), "0.3 is missed");
    }

    @Test
    void histogramsHoldEveryScore() {
        XYDataset data = scores().histogram().getXYPlot().getDataset();
        for (int series = 0; series < 2; series++) {
            double sum = 0;
            for (int i = 0; i < data.getItemCount(series); i++) {
                sum += data.getYValue(series, i);
            }
            assertEquals(4, sum);
        }
        new ScoreChart("", "s", List.of(1.0), List.of(1.0), 1, 0.5, "").scores().png();
    }

    @Test
    void theLastColumnsAreDrawnWhereAllDoNotFit() throws Exception {
        List<String> texts = TextRecorder.textsOf(
                        heat(3, 120, true).withLook(new ChartLook(ChartLook.Size.COLUMN, null, true, false, 1)))
                .stream()
                .map(TextRecorder.Text::text)
                .toList();
        assertTrue(String.join(" ", texts).contains("of 120 are drawn; the CSV has all."), texts::toString);
        assertEquals(1 + 360, heat(3, 120, false).csv().lines().count());
        List<String> numbers = TextRecorder.textsOf(
                        heat(3, 120, false).withLook(new ChartLook(ChartLook.Size.COLUMN, null, true, false, 1)))
                .stream()
                .map(TextRecorder.Text::text)
                .toList();
        assertTrue(numbers.contains("110") && !String.join(" ", numbers).contains("are drawn"), numbers::toString);
    }

    @Test
    void emptyOnesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> bands(0));
        assertThrows(IllegalArgumentException.class, () -> heat(0, 0, false));
        assertThrows(IllegalArgumentException.class, () -> planes(0));
        assertThrows(IllegalArgumentException.class, () -> new ScoreChart("", "", List.of(), List.of(1.0), 0, 0.5, ""));
    }

    /** What a search has found is where it was found: the last position to the right, the first layer below. */
    @Test
    void theSelectionMapsHoldEveryCandidate() {
        List<Chart> charts =
                LayerCharts.of(Samples.plain(10).withSearch(Gallery.search(10))).selection();
        assertEquals(
                List.of("selection-score", "selection-divergence", "selection-induced"),
                charts.stream().map(Chart::name).toList());
        List<String> lines = charts.get(1).csv().lines().toList();
        assertEquals("row,layer,column,\"token, from the prompt's end\",value,text,mark", lines.get(0));
        assertEquals(1 + 8 * 6, lines.size(), "four fifths of the layers were searched");
        assertEquals("0,0,0,-6,0,,not to be chosen", lines.get(1), "adding it does not make harmless prompts refused");
        assertTrue(lines.contains("4,4,4,-2,0.12,,chosen"), lines::toString);
        assertTrue(lines.contains("6,6,5,-1,0.18,,not to be chosen"), "beyond the limit of 0.15: " + lines);
        assertTrue(lines.contains("3,3,5,-1,0.09,,"), lines::toString);
        assertEquals(List.of(), LayerCharts.of(Samples.plain(10)).selection());
    }

    /** A method's own curve is drawn with its intervals, in the order of its strengths. */
    @Test
    void curvesOfMethodsAreInTheNumbers() throws Exception {
        Chart chart = Gallery.curves(15).get(1);
        assertEquals("method-curves", chart.name());
        List<String> lines = chart.csv().lines().toList();
        assertTrue(
                lines.get(0).startsWith("row,method,strength,chosen,prompts,over-refusal,over-refusal low"),
                lines.get(0));
        assertEquals(1 + 2 * (2 + 13 * 6), lines.size(), "two methods have one strength");
        List<String> texts =
                TextRecorder.textsOf(chart.withLook(new ChartLook(ChartLook.Size.COLUMN, null, true, false, 1)))
                        .stream()
                        .map(TextRecorder.Text::text)
                        .toList();
        assertTrue(texts.containsAll(Gallery.METHODS.subList(0, 14)), texts::toString);
        assertThrows(IllegalArgumentException.class, () -> TradeOffChart.byMethod("", "", List.of()));
        assertThrows(IllegalArgumentException.class, () -> new TradeOffChart.Share(0.5, 0.6, 0.7));
    }
}
