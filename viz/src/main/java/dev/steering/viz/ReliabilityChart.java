package dev.steering.viz;

import dev.steering.viz.internal.LayerLines;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.LayerRun;
import dev.steering.viz.internal.Palette;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** How sure one can be of each layer's direction, and whether exchanged labels would give as much. */
final class ReliabilityChart {
    static final String NAME = "reliability";
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
        XYSeriesCollection data = new XYSeriesCollection();
        data.addSeries(series("low", vector, r -> r.cosine().low()));
        data.addSeries(series("high", vector, r -> r.cosine().high()));
        data.addSeries(series("halves", vector, LayerReliability::splitHalf));
        int layers = vector.layers();
        double lowest = 0;
        for (int s = 0; s < data.getSeriesCount(); s++) {
            lowest = Math.min(lowest, data.getSeries(s).getMinY());
        }
        return new LayerLines()
                .add(Palette.blue(), ChartStyle.LINE, ChartStyle.dot(layers))
                .add(Palette.blue(), ChartStyle.LINE, ChartStyle.dot(layers))
                .add(Palette.green(), ChartStyle.DASHED, ChartStyle.square(layers))
                .plot(data, ChartStyle.valueAxis("cosine", Math.floor(10 * lowest) / 10, 1));
    }

    private static XYPlot strength(SteeringVector vector) {
        XYSeriesCollection data = new XYSeriesCollection(series("strength", vector, r -> {
            double high = r.control().high();
            return high > 0 ? r.control().observed() / high : Double.NaN;
        }));
        XYPlot plot = new LayerLines()
                .add(Palette.vermillion(), ChartStyle.LINE, ChartStyle.dot(vector.layers()))
                .plot(data, LayerLines.axis("norm, true labels / 95 % of exchanged", data));
        ValueMarker chance = new ValueMarker(1, Palette.muted(), ChartStyle.DASHED);
        chance.setAlpha(1);
        plot.addRangeMarker(chance, Layer.BACKGROUND);
        return plot;
    }

    private static XYSeries series(String name, SteeringVector vector, ToDoubleFunction<LayerReliability> value) {
        XYSeries series = new XYSeries(name);
        for (LayerStatistics s : vector.requireStatistics()) {
            series.add(s.layer(), value.applyAsDouble(Objects.requireNonNull(s.reliability())));
        }
        return series;
    }
}
