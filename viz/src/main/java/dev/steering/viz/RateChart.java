package dev.steering.viz;

import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.category.DefaultCategoryDataset;

/**
 * Refusal rates of several methods on several kinds of prompts: grouped bars with interval whiskers, so that both sides
 * of safety (harmful prompts refused, harmless ones answered) are seen at once.
 */
public final class RateChart {
    private RateChart() {}

    /**
     * @param refused answers judged a refusal
     * @param n answers judged, at least 1
     * @param low lower end of the interval (Wilson, 95 %, say), 0..1
     * @param high upper end, 0..1
     */
    public record Rate(int refused, int n, double low, double high) {
        /** @throws IllegalArgumentException if the counts or the interval make no sense */
        public Rate {
            if (n < 1 || refused < 0 || refused > n) {
                throw new IllegalArgumentException(
                        "expected 0 <= refused <= n and n >= 1, found " + refused + " of " + n);
            }
            double share = (double) refused / n;
            // Wilson's formula may miss 0 and 1 by a rounding error.
            double slack = 1e-9;
            if (!(low >= -slack && low <= share + slack && high >= share - slack && high <= 1 + slack)) {
                throw new IllegalArgumentException(
                        "expected 0 <= low <= " + share + " <= high <= 1, found low " + low + " and high " + high);
            }
        }

        /** @return the share refused, 0..1 */
        public double share() {
            return (double) refused / n;
        }
    }

    /**
     * @param method the method's name, for the legend
     * @param rates its rates by kind of prompt, in the order to draw; a kind that is missing leaves a gap
     */
    public record Series(String method, Map<String, Rate> rates) {
        /** Copies the map, keeping its order. */
        public Series {
            rates = Collections.unmodifiableMap(new LinkedHashMap<>(rates));
        }
    }

    /**
     * @param title the heading
     * @param subtitle model, data set and the like; may be empty
     * @param caption a line below: which judge, which interval; may be empty
     * @param series one to eight methods, with different names and at least one rate in all
     * @return the chart {@code refusal-rates}; kinds of prompts in the order in which the methods first name them
     * @throws IllegalArgumentException if there are too few or too many methods, a name twice, or no rate
     * @throws dev.steering.core.SteeringException if Java has no usable font
     */
    public static Chart of(String title, String subtitle, String caption, List<Series> series) {
        List<Series> copy = List.copyOf(series);
        check(copy);
        Fonts.requireUsable();
        return Chart.of(
                "refusal-rates",
                VisibleText.plain(title, ChartStyle.TITLE),
                ChartStyle.WIDTH,
                ChartStyle.HEIGHT,
                () -> chart(title, subtitle, caption, copy));
    }

    private static void check(List<Series> series) {
        if (series.isEmpty() || series.size() > Palette.seriesCount()) {
            throw new IllegalArgumentException(
                    "expected 1 to " + Palette.seriesCount() + " methods, found " + series.size());
        }
        Set<String> names = new LinkedHashSet<>();
        for (Series s : series) {
            if (!names.add(s.method())) {
                throw new IllegalArgumentException("the method " + s.method() + " is there twice");
            }
        }
        if (kinds(series).isEmpty()) {
            throw new IllegalArgumentException("no method has a rate");
        }
    }

    static JFreeChart chart(String title, String subtitle, String caption, List<Series> series) {
        List<String> kinds = kinds(series);
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        LegendItemCollection legend = new LegendItemCollection();
        RateRenderer renderer = new RateRenderer(series, kinds);
        for (int s = 0; s < series.size(); s++) {
            for (String kind : kinds) {
                Rate rate = series.get(s).rates().get(kind);
                double percent = rate == null ? Double.NaN : 100 * rate.share();
                data.addValue(percent, series.get(s).method(), VisibleText.plain(kind, ChartStyle.LABEL));
            }
            renderer.setSeriesPaint(s, Palette.series(s));
            legend.add(
                    ChartStyle.boxItem(VisibleText.plain(series.get(s).method(), ChartStyle.LABEL), Palette.series(s)));
        }
        CategoryPlot plot = new CategoryPlot(data, kindAxis(), percentAxis(), renderer);
        plot.setRangeGridlinePaint(Palette.GRID);
        plot.setRangeGridlineStroke(new BasicStroke(1));
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        return ChartStyle.chart(
                VisibleText.plain(title, ChartStyle.TITLE),
                VisibleText.plain(subtitle, ChartStyle.SUBTITLE),
                VisibleText.plain(caption, ChartStyle.CAPTION),
                plot,
                legend);
    }

    private static List<String> kinds(List<Series> series) {
        Set<String> kinds = new LinkedHashSet<>();
        series.forEach(s -> kinds.addAll(s.rates().keySet()));
        return List.copyOf(kinds);
    }

    private static CategoryAxis kindAxis() {
        CategoryAxis axis = ChartStyle.styled(new CategoryAxis("kind of prompt"));
        axis.setTickLabelFont(ChartStyle.LABEL);
        axis.setMaximumCategoryLabelLines(3);
        axis.setCategoryMargin(0.1);
        axis.setLowerMargin(0.01);
        axis.setUpperMargin(0.01);
        return axis;
    }

    /** To 100 %, with room above for the labels of a full bar. */
    private static NumberAxis percentAxis() {
        NumberAxis axis = ChartStyle.valueAxis("refused (%)", 0, 114);
        axis.setTickUnit(new Ticks(20, 0));
        return axis;
    }
}
