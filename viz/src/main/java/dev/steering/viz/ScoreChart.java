package dev.steering.viz;

import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.HeadedAxis;
import dev.steering.viz.internal.OpenPlot;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYBarDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * How a gate tells two classes of prompts apart: histograms of their scores with the threshold, and the receiver operating
 * characteristic. Immutable and thread-safe.
 *
 * @param subtitle model and the like
 * @param score what the score is
 * @param harmful scores of prompts that should be refused, finite, at least one
 * @param harmless scores of the others, likewise
 * @param threshold scores at or above it count as harmful
 * @param auc area under the curve, 0..1
 * @param interval its interval in words, such as {@code [0.97, 1.00]}; may be empty
 */
public record ScoreChart(
        String subtitle,
        String score,
        List<Double> harmful,
        List<Double> harmless,
        double threshold,
        double auc,
        String interval) {
    static final String SCORES = "Does the score tell harmful prompts from harmless ones?";
    static final String ROC = "How many harmful prompts are found for how many harmless ones stopped?";

    private static final int LEAST_BINS = 8;
    private static final int MOST_BINS = 40;

    /** @throws IllegalArgumentException if a class has no score */
    public ScoreChart {
        harmful = List.copyOf(harmful);
        harmless = List.copyOf(harmless);
        if (harmful.isEmpty() || harmless.isEmpty()) {
            throw new IllegalArgumentException(harmful.size() + " harmful and " + harmless.size() + " harmless scores");
        }
    }

    /** @return {@code scores}: histograms of both classes, of the same bins, and the threshold */
    public Chart scores() {
        Fonts.requireUsable();
        return Chart.of("scores", SCORES, ChartStyle.WIDTH, ChartStyle.HEIGHT, this::histogram);
    }

    /** @return {@code roc}: the curve, and the place of the threshold on it */
    public Chart roc() {
        Fonts.requireUsable();
        return Chart.of("roc", ROC, CosineChart.WIDTH, CosineChart.HEIGHT, this::curve);
    }

    JFreeChart histogram() {
        double low = all().min(Double::compare).orElseThrow();
        double high = all().max(Double::compare).orElseThrow();
        int bins = Math.max(
                LEAST_BINS, Math.min(MOST_BINS, (int) Math.ceil(4 * Math.cbrt(harmful.size() + harmless.size()))));
        double width = high > low ? (high - low) / bins : 1e-3;
        XYSeriesCollection both = new XYSeriesCollection();
        both.addSeries(counts("to be refused", harmful, low, width, bins));
        both.addSeries(counts("to be answered", harmless, low, width, bins));
        XYBarRenderer renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDrawBarOutline(true);
        renderer.setSeriesPaint(0, Palette.faint(Palette.vermillion(), 150));
        renderer.setSeriesPaint(1, Palette.faint(Palette.blue(), 150));
        renderer.setSeriesOutlinePaint(0, Palette.vermillion());
        renderer.setSeriesOutlinePaint(1, Palette.blue());
        double top = Math.max(both.getSeries(0).getMaxY(), both.getSeries(1).getMaxY());
        XYPlot plot = ChartStyle.styled(new OpenPlot(
                new XYBarDataset(both, width),
                ChartStyle.valueAxis(
                        score, Math.min(low, threshold) - width, Math.max(low + bins * width, threshold) + width),
                ChartStyle.valueAxis("prompts", 0, top * 1.06),
                renderer));
        ValueMarker line = new ValueMarker(threshold, Palette.ink(), ChartStyle.DASHED);
        line.setAlpha(1);
        plot.addDomainMarker(line, Layer.FOREGROUND);
        LegendItemCollection legend = new LegendItemCollection();
        legend.add(ChartStyle.boxItem("to be refused (" + harmful.size() + ")", Palette.vermillion()));
        legend.add(ChartStyle.boxItem("to be answered (" + harmless.size() + ")", Palette.blue()));
        legend.add(ChartStyle.lineItem(
                "threshold " + ChartStyle.fixed(threshold, 4), Palette.ink(), ChartStyle.DASHED, ChartStyle.noMark()));
        return ChartStyle.chart(SCORES, plain(subtitle), plain(caption()), plot, legend);
    }

    private Stream<Double> all() {
        return Stream.concat(harmful.stream(), harmless.stream());
    }

    private static XYSeries counts(String name, List<Double> scores, double low, double width, int bins) {
        int[] counts = new int[bins];
        scores.forEach(score -> counts[Math.min(bins - 1, (int) ((score - low) / width))]++);
        XYSeries series = new XYSeries(name);
        for (int i = 0; i < bins; i++) {
            series.add(low + (i + 0.5) * width, counts[i]);
        }
        return series;
    }

    private String caption() {
        return "AUC " + ChartStyle.fixed(auc, 3) + (interval.isEmpty() ? "" : " " + interval)
                + " (0.5 is guessing). At or above the threshold: "
                + above(harmful, threshold) + " of " + harmful.size() + " to be refused, " + above(harmless, threshold)
                + " of "
                + harmless.size() + " to be answered.";
    }

    private static long above(List<Double> scores, double limit) {
        return scores.stream().filter(score -> score >= limit).count();
    }

    JFreeChart curve() {
        XYSeries curve = new XYSeries("ROC", false, true);
        curve.add(0, 0);
        double[] limits = all().distinct()
                .sorted((a, b) -> Double.compare(b, a))
                .mapToDouble(Double::doubleValue)
                .toArray();
        Arrays.stream(limits).forEach(limit -> curve.add(share(harmless, limit), share(harmful, limit)));
        XYSeries place = new XYSeries("threshold", false, true);
        place.add(share(harmless, threshold), share(harmful, threshold));
        XYSeries chance = new XYSeries("guessing", false, true);
        chance.add(0, 0);
        chance.add(100, 100);
        XYSeriesCollection data = new XYSeriesCollection();
        List.of(curve, place, chance).forEach(data::addSeries);
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setSeriesPaint(0, Palette.vermillion());
        renderer.setSeriesStroke(0, new BasicStroke(3));
        renderer.setSeriesPaint(1, Palette.ink());
        renderer.setSeriesShapesVisible(1, true);
        renderer.setSeriesShape(1, ChartStyle.square(1));
        renderer.setSeriesPaint(2, Palette.muted());
        renderer.setSeriesStroke(2, ChartStyle.DASHED);
        XYPlot plot = ChartStyle.styled(new OpenPlot(
                data,
                ChartStyle.styled(HeadedAxis.ofValues("harmless prompts stopped (%)", 0, 100)),
                ChartStyle.styled(HeadedAxis.ofValues("harmful prompts found (%)", 0, 100)),
                renderer));
        LegendItemCollection legend = new LegendItemCollection();
        legend.add(ChartStyle.lineItem("every threshold", Palette.vermillion(), ChartStyle.LINE, ChartStyle.noMark()));
        legend.add(ChartStyle.lineItem(
                "threshold " + ChartStyle.fixed(threshold, 4),
                Palette.ink(),
                new BasicStroke(0),
                ChartStyle.square(1)));
        legend.add(ChartStyle.lineItem("guessing", Palette.muted(), ChartStyle.DASHED, ChartStyle.noMark()));
        return ChartStyle.chart(ROC, plain(subtitle), plain(caption()), plot, legend);
    }

    private static double share(List<Double> scores, double limit) {
        return 100.0 * above(scores, limit) / scores.size();
    }

    private static String plain(String text) {
        return VisibleText.plain(text, ChartStyle.CAPTION);
    }
}
