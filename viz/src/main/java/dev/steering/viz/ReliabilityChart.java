package dev.steering.viz;

import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.BandChart.Along;
import dev.steering.viz.BandChart.Line;
import dev.steering.viz.BandChart.Panel;
import dev.steering.viz.BandChart.Point;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.LayerLines;
import dev.steering.viz.internal.LayerRun;
import dev.steering.viz.internal.Palette;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/** How sure one can be of each layer's direction, and whether exchanged labels would give as much. */
final class ReliabilityChart {
    static final String NAME = "reliability";
    static final String HELD_OUT = "held-out";
    static final String TITLE = "How sure is each layer's direction?";

    private ReliabilityChart() {}

    /** Whether there is anything to draw. */
    static boolean isKnown(SteeringVector vector) {
        List<LayerStatistics> statistics = vector.statistics();
        return statistics != null && statistics.stream().allMatch(s -> s.reliability() != null);
    }

    static JFreeChart chart(SteeringVector vector, List<Integer> chosen) {
        int layers = vector.layers();
        CombinedDomainXYPlot panels = ChartStyle.panels(ChartStyle.layerAxis(layers));
        panels.add(cosines(vector), 3);
        panels.add(strength(vector), 2);
        LegendItemCollection legend = new LegendItemCollection();
        legend.add(
                ChartStyle.lineItem("90 % interval of the cosine", Palette.blue(), ChartStyle.LINE, ChartStyle.dot(1)));
        legend.add(ChartStyle.lineItem("two halves", Palette.green(), ChartStyle.DASHED, ChartStyle.square(1)));
        legend.add(ChartStyle.lineItem(
                "true labels / 95 % of exchanged ones", Palette.vermillion(), ChartStyle.LINE, ChartStyle.dot(1)));
        List<Integer> likeChance = vector.requireStatistics().stream()
                .filter(LayerStatistics::isLikeChance)
                .map(LayerStatistics::layer)
                .toList();
        for (Object panel : panels.getSubplots()) {
            ChartStyle.shade((XYPlot) panel, chosen);
            hatch((XYPlot) panel, likeChance);
        }
        if (!chosen.isEmpty()) {
            legend.add(ChartStyle.shadeItem(chosen));
        }
        if (!likeChance.isEmpty()) {
            legend.add(ChartStyle.boxItem("like chance: " + LayerRun.text(likeChance), Palette.grid()));
        }
        String caption =
                "Above: cosine with the direction that all such prompts would give, and between two halves' directions. "
                        + "Below 1: exchanged labels give as much in more than 5 % of cases.";
        return ChartStyle.chart(TITLE, ChartStyle.subtitle(vector), caption, panels, legend);
    }

    private static void hatch(XYPlot plot, List<Integer> layers) {
        for (LayerRun run : LayerRun.of(layers)) {
            IntervalMarker marker = new IntervalMarker(run.first() - 0.5, run.last() + 0.5, Palette.grid());
            marker.setAlpha(0.6f);
            plot.addDomainMarker(marker, Layer.BACKGROUND);
        }
    }

    private static XYPlot cosines(SteeringVector vector) {
        YIntervalSeriesCollection data = new YIntervalSeriesCollection();
        data.addSeries(
                series("low", vector, r -> r.cosine().low(), r -> r.cosine().high()));
        data.addSeries(
                series("high", vector, r -> r.cosine().high(), r -> r.cosine().high()));
        data.addSeries(series("halves", vector, LayerReliability::splitHalf, LayerReliability::splitHalf));
        int layers = vector.layers();
        double lowest = 0;
        for (int s = 0; s < data.getSeriesCount(); s++) {
            for (int i = 0; i < data.getItemCount(s); i++) {
                lowest = Math.min(lowest, data.getYValue(s, i));
            }
        }
        return new LayerLines()
                .add(Palette.blue(), ChartStyle.LINE, ChartStyle.dot(layers))
                .add(Palette.blue(), ChartStyle.LINE, ChartStyle.dot(layers))
                .add(Palette.green(), ChartStyle.DASHED, ChartStyle.square(layers))
                .plot(data, ChartStyle.valueAxis("cosine", Math.floor(10 * lowest) / 10, 1));
    }

    private static XYPlot strength(SteeringVector vector) {
        ToDoubleFunction<LayerReliability> ratio = r -> {
            double high = r.control().high();
            return high > 0 ? r.control().observed() / high : Double.NaN;
        };
        YIntervalSeriesCollection data = new YIntervalSeriesCollection();
        data.addSeries(series("strength", vector, ratio, ratio));
        XYPlot plot = new LayerLines()
                .add(Palette.vermillion(), ChartStyle.LINE, ChartStyle.dot(vector.layers()))
                .plot(data, LayerLines.axis("norm, true labels / 95 % of exchanged", data));
        ValueMarker chance = new ValueMarker(1, Palette.muted(), ChartStyle.DASHED);
        chance.setAlpha(1);
        plot.addRangeMarker(chance, Layer.BACKGROUND);
        return plot;
    }

    /** With a band from the value up to the other one. */
    private static YIntervalSeries series(
            String name,
            SteeringVector vector,
            ToDoubleFunction<LayerReliability> value,
            ToDoubleFunction<LayerReliability> up) {
        YIntervalSeries series = new YIntervalSeries(name);
        for (LayerStatistics s : vector.requireStatistics()) {
            LayerReliability known = Objects.requireNonNull(s.reliability());
            double y = value.applyAsDouble(known);
            series.add(s.layer(), y, y, up.applyAsDouble(known));
        }
        return series;
    }

    /** How well the direction of some prompts tells others apart: area under the curve, and distance. */
    static Chart heldOut(SteeringVector vector, List<Integer> chosen) {
        boolean bands = vector.requireStatistics().stream()
                .allMatch(s -> Objects.requireNonNull(s.reliability()).measures() != null);
        List<Point> areas = points(vector, LayerReliability::auc, LayerReliability.Measures::auc);
        List<Point> distances = points(vector, LayerReliability::cohensD, LayerReliability.Measures::cohensD);
        double low = Math.min(0.5, lowest(areas));
        double least = Math.min(0, lowest(distances));
        double most = distances.stream().mapToDouble(Point::high).max().orElse(1);
        return BandChart.of(
                HELD_OUT,
                "How well does it tell prompts that it does not come from?",
                ChartStyle.subtitle(vector),
                "Projections of prompts on the direction of others. Area under the ROC curve: 0.5 is chance. Cohen's d: distance of the means in"
                        + " standard deviations." + (bands ? " Bands: 90 % bootstrap intervals over the prompts." : ""),
                new Along("layer", vector.layers(), chosen),
                List.of(
                        new Panel(
                                "area under the curve",
                                Math.floor(10 * low) / 10,
                                1,
                                List.of(new Line("area under the curve", areas, null))),
                        new Panel(
                                "Cohen's d",
                                1.05 * least,
                                most > least ? 1.05 * most : 1,
                                List.of(new Line("Cohen's d", distances, null)))));
    }

    private static double lowest(List<Point> points) {
        return points.stream().mapToDouble(Point::low).min().orElse(0);
    }

    private static List<Point> points(
            SteeringVector vector,
            ToDoubleFunction<LayerReliability> value,
            Function<LayerReliability.Measures, LayerReliability.Band> band) {
        List<Point> points = new ArrayList<>();
        for (LayerStatistics s : vector.requireStatistics()) {
            LayerReliability known = Objects.requireNonNull(s.reliability());
            LayerReliability.Measures measures = known.measures();
            double y = value.applyAsDouble(known);
            points.add(
                    measures == null
                            ? new Point(s.layer(), y)
                            : new Point(
                                    s.layer(),
                                    y,
                                    Math.min(y, band.apply(measures).low()),
                                    Math.max(y, band.apply(measures).high())));
        }
        return points;
    }
}
