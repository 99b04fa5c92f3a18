package dev.steering.viz;

import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.LayerLines;
import dev.steering.viz.internal.Palette;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;
import org.jspecify.annotations.Nullable;

/** How long each layer's direction is, beside the activations that it is added to. */
final class DirectionNormChart {
    static final String TITLE = "How large is the direction beside the activations?";

    private DirectionNormChart() {}

    static JFreeChart chart(SteeringVector vector, List<Integer> chosen) {
        CombinedDomainXYPlot both = ChartStyle.panels(ChartStyle.layerAxis(vector.layers()));
        both.add(norms(vector), 3);
        both.add(ratio(vector), 2);
        for (Object panel : both.getSubplots()) {
            ChartStyle.shade((XYPlot) panel, chosen);
        }
        LegendItemCollection legend = new LegendItemCollection();
        legend.add(ChartStyle.lineItem("direction (raw)", Palette.vermillion(), ChartStyle.LINE, ChartStyle.dot(1)));
        legend.add(ChartStyle.lineItem(
                "activation (mean of the two classes)", Palette.blue(), ChartStyle.DASHED, ChartStyle.square(1)));
        if (!chosen.isEmpty()) {
            legend.add(ChartStyle.shadeItem(chosen));
        }
        String caption = "Norms are Euclidean, in the units of the residual stream after each layer."
                + (vector.requireStatistics().stream().anyMatch(s -> interval(s) != null)
                        ? " Bands: 90 % intervals for all such prompts, whose distance a sample's noise makes longer."
                        : "");
        return ChartStyle.chart(TITLE, ChartStyle.subtitle(vector), caption, both, legend);
    }

    private static XYPlot norms(SteeringVector vector) {
        YIntervalSeriesCollection data = new YIntervalSeriesCollection();
        data.addSeries(series("direction", vector, LayerStatistics::directionNorm, true));
        data.addSeries(series("activation", vector, LayerStatistics::activationNorm, false));
        LayerLines lines = new LayerLines();
        lines.add(Palette.vermillion(), ChartStyle.LINE, ChartStyle.dot(vector.layers()));
        lines.add(Palette.blue(), ChartStyle.DASHED, ChartStyle.square(vector.layers()));
        return lines.plot(data, LayerLines.axis("norm", data));
    }

    private static XYPlot ratio(SteeringVector vector) {
        YIntervalSeriesCollection data = new YIntervalSeriesCollection();
        data.addSeries(series("ratio", vector, DirectionNormChart::percent, true));
        LayerLines lines = new LayerLines();
        lines.add(Palette.green(), ChartStyle.LINE, ChartStyle.dot(vector.layers()));
        return lines.plot(data, LayerLines.axis("direction / activation (%)", data));
    }

    private static double percent(LayerStatistics s) {
        return s.activationNorm() == 0 ? Double.NaN : 100 * s.directionNorm() / s.activationNorm();
    }

    /** The interval of a norm is one of what is in proportion to it, too. */
    private static YIntervalSeries series(
            String name, SteeringVector vector, ToDoubleFunction<LayerStatistics> value, boolean sure) {
        YIntervalSeries series = new YIntervalSeries(name);
        for (LayerStatistics s : vector.requireStatistics()) {
            double y = value.applyAsDouble(s);
            LayerReliability.Band norm = sure ? interval(s) : null;
            double unit = s.directionNorm() == 0 ? 0 : y / s.directionNorm();
            series.add(s.layer(), y, norm == null ? y : unit * norm.low(), norm == null ? y : unit * norm.high());
        }
        return series;
    }

    private static LayerReliability.@Nullable Band interval(LayerStatistics s) {
        LayerReliability known = s.reliability();
        LayerReliability.Measures measures = known == null ? null : known.measures();
        return measures == null ? null : measures.norm();
    }
}
