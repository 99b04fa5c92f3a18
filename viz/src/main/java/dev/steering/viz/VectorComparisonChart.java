package dev.steering.viz;

import dev.steering.core.arithmetic.VectorComparison;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.VisibleText;
import java.util.ArrayList;
import java.util.List;
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
     * @return the chart; of many vectors the first pairs that can be told apart, which its caption says
     */
    public static Chart of(List<String> names, VectorComparison comparison) {
        Fonts.requireUsable();
        List<String> named = List.copyOf(names);
        return Chart.of(NAME, TITLE, ChartStyle.WIDTH, ChartStyle.HEIGHT, () -> chart(named, comparison));
    }

    private static JFreeChart chart(List<String> names, VectorComparison comparison) {
        int layers = comparison.norms().get(0).size();
        int shownPairs = Math.min(comparison.pairs().size(), Palette.seriesCount());
        int shownVectors = Math.min(names.size(), Palette.seriesCount());
        LegendItemCollection legend = new LegendItemCollection();
        CombinedDomainXYPlot panels = ChartStyle.panels(ChartStyle.layerAxis(layers));

        XYSeriesCollection cosines = new XYSeriesCollection();
        LayerLines lines = new LayerLines();
        for (int p = 0; p < shownPairs; p++) {
            VectorComparison.Pair pair = comparison.pairs().get(p);
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
        for (int v = 0; v < shownVectors; v++) {
            norms.addSeries(series("norm " + v, comparison.norms().get(v)));
            sizes.add(Palette.series(v), ChartStyle.DASHED, ChartStyle.square(layers));
            legend.add(
                    ChartStyle.lineItem("norm " + (v + 1), Palette.series(v), ChartStyle.DASHED, ChartStyle.square(1)));
        }
        panels.add(sizes.plot(norms, LayerLines.axis("norm", norms)), 2);
        return ChartStyle.chart(TITLE, subtitle(names), caption(comparison, shownPairs), panels, legend);
    }

    private static String subtitle(List<String> names) {
        List<String> numbered = new ArrayList<>();
        for (int v = 0; v < names.size(); v++) {
            String plain = VisibleText.plain(names.get(v), ChartStyle.CAPTION);
            numbered.add((v + 1) + ": " + VisibleText.elide(plain, ChartStyle.CAPTION, LONGEST_LABEL));
        }
        return VisibleText.elide(String.join("  \u00B7  ", numbered), ChartStyle.CAPTION, 3 * LONGEST_LABEL);
    }

    private static String caption(VectorComparison comparison, int shown) {
        int pairs = comparison.pairs().size();
        return "Cosines and norms of raw directions."
                + (shown < pairs ? " The first " + shown + " of " + pairs + " pairs are drawn." : "");
    }

    private static XYSeries series(String key, List<Double> values) {
        XYSeries series = new XYSeries(key);
        for (int l = 0; l < values.size(); l++) {
            series.add(l, values.get(l));
        }
        return series;
    }
}
