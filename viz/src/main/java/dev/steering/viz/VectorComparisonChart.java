package dev.steering.viz;

import dev.steering.core.arithmetic.VectorComparison;
import dev.steering.core.arithmetic.VectorComparison.Pair;
import dev.steering.viz.HeatMapChart.Cell;
import dev.steering.viz.HeatMapChart.Grid;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.LayerLines;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.VisibleText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** {@code vector-comparison}: cosines of every two vectors and norms of each, per layer. */
public final class VectorComparisonChart {
    static final String TITLE = "How alike are the vectors?";

    private static final String NAME = "vector-comparison";
    private static final int LONGEST_LABEL = 420;

    private VectorComparisonChart() {}

    /**
     * @param names what the vectors are called, in order
     * @param comparison of these vectors
     * @return {@code vector-comparison}: lines over layers where there are few pairs; of many vectors with each other, of all layers
     *     together, and then {@code vector-comparison-layers} and {@code vector-norms} too, layer by layer
     */
    public static List<Chart> of(List<String> names, VectorComparison comparison) {
        Fonts.requireUsable();
        List<String> named = List.copyOf(names);
        return comparison.pairs().size() <= Palette.seriesCount()
                ? List.of(Chart.of(NAME, TITLE, ChartStyle.WIDTH, ChartStyle.HEIGHT, () -> chart(named, comparison)))
                : List.of(together(named, comparison), layers(named, comparison), norms(named, comparison));
    }

    private static Chart together(List<String> names, VectorComparison comparison) {
        int count = names.size();
        Cell[][] cells = new Cell[count][count];
        for (int v = 0; v < count; v++) {
            cells[v][v] = new Cell(1, null);
        }
        for (Pair pair : comparison.pairs()) {
            cells[pair.first()][pair.second()] = new Cell(pair.mean(), null);
            cells[pair.second()][pair.first()] = new Cell(pair.mean(), null);
        }
        return HeatMapChart.of(
                NAME,
                TITLE,
                "",
                "Mean over the layers of the cosine of raw directions. 1: the same direction; 0: unrelated.",
                1,
                new Grid(
                        "vector",
                        numbered(names),
                        "vector",
                        numbers(count),
                        List.of(),
                        Arrays.stream(cells).map(List::of).toList()));
    }

    private static Chart layers(List<String> names, VectorComparison comparison) {
        List<Pair> pairs = comparison.pairs();
        return HeatMapChart.of(
                "vector-comparison-layers",
                "At which layers are the vectors alike?",
                subtitle(names),
                "Cosine of the raw directions of every two vectors, layer by layer.",
                1,
                grid(
                        "pair",
                        pairs.stream()
                                .map(pair -> (pair.first() + 1) + ", " + (pair.second() + 1))
                                .toList(),
                        pairs.stream().map(Pair::cosines).toList()));
    }

    private static Chart norms(List<String> names, VectorComparison comparison) {
        double largest = comparison.norms().stream()
                .flatMap(List::stream)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        return HeatMapChart.of(
                "vector-norms",
                "How large are the vectors, layer by layer?",
                subtitle(names),
                "Norms of raw directions.",
                largest > 0 ? largest : 1,
                grid("vector", numbers(names.size()), comparison.norms()));
    }

    /** A row for each layer. */
    private static Grid grid(String what, List<String> columns, List<List<Double>> values) {
        List<List<Cell>> cells = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        for (int layer = 0; layer < values.get(0).size(); layer++) {
            int at = layer;
            cells.add(values.stream().map(one -> new Cell(one.get(at), null)).toList());
            rows.add(Integer.toString(layer));
        }
        return new Grid("layer", rows, what, columns, List.of(), cells);
    }

    private static List<String> numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
    }

    private static JFreeChart chart(List<String> names, VectorComparison comparison) {
        int layers = comparison.norms().get(0).size();
        LegendItemCollection legend = new LegendItemCollection();
        CombinedDomainXYPlot panels = ChartStyle.panels(ChartStyle.layerAxis(layers));

        XYSeriesCollection cosines = new XYSeriesCollection();
        LayerLines lines = new LayerLines();
        for (int p = 0; p < comparison.pairs().size(); p++) {
            Pair pair = comparison.pairs().get(p);
            cosines.addSeries(series("cosine " + p, pair.cosines()));
            lines.add(Palette.series(p), ChartStyle.LINE, ChartStyle.dot(layers));
            legend.add(ChartStyle.lineItem(
                    "cosine " + (pair.first() + 1) + ", " + (pair.second() + 1),
                    Palette.series(p),
                    ChartStyle.LINE,
                    ChartStyle.dot(1)));
        }
        panels.add(lines.plot(cosines, ChartStyle.valueAxis("cosine", -1, 1)), 3);

        XYSeriesCollection norms = new XYSeriesCollection();
        LayerLines sizes = new LayerLines();
        for (int v = 0; v < names.size(); v++) {
            norms.addSeries(series("norm " + v, comparison.norms().get(v)));
            sizes.add(Palette.series(v), ChartStyle.DASHED, ChartStyle.square(layers));
            legend.add(
                    ChartStyle.lineItem("norm " + (v + 1), Palette.series(v), ChartStyle.DASHED, ChartStyle.square(1)));
        }
        panels.add(sizes.plot(norms, LayerLines.axis("norm", norms)), 2);
        return ChartStyle.chart(TITLE, subtitle(names), "Cosines and norms of raw directions.", panels, legend);
    }

    private static String subtitle(List<String> names) {
        return String.join("  \u00B7  ", numbered(names));
    }

    private static List<String> numbered(List<String> names) {
        List<String> numbered = new ArrayList<>();
        List<String> different = different(names);
        for (int v = 0; v < names.size(); v++) {
            String plain = VisibleText.plain(different.get(v), ChartStyle.CAPTION);
            numbered.add((v + 1) + ": " + VisibleText.elide(plain, ChartStyle.CAPTION, LONGEST_LABEL));
        }
        return numbered;
    }

    /** Without the directory and the ending that all have in common. */
    private static List<String> different(List<String> names) {
        String first = names.get(0);
        int begin = first.lastIndexOf('/') + 1;
        while (begin > 0 && !alike(names, first.substring(0, begin), String::startsWith)) {
            begin = first.lastIndexOf('/', begin - 2) + 1;
        }
        int dot = first.lastIndexOf('.');
        String ending = dot > begin && alike(names, first.substring(dot), String::endsWith) ? first.substring(dot) : "";
        int from = begin;
        return names.stream()
                .map(name -> name.substring(from, Math.max(from, name.length() - ending.length())))
                .toList();
    }

    private static boolean alike(List<String> names, String part, BiPredicate<String, String> has) {
        return names.stream().allMatch(name -> has.test(name, part));
    }

    private static XYSeries series(String key, List<Double> values) {
        XYSeries series = new XYSeries(key);
        for (int l = 0; l < values.size(); l++) {
            series.add(l, values.get(l));
        }
        return series;
    }
}
