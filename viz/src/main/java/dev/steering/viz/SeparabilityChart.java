package dev.steering.viz;

import dev.steering.core.metrics.RocAuc;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.LayerLines;
import dev.steering.viz.internal.LayerRun;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.VisibleText;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;
import org.jspecify.annotations.Nullable;

/** How well each layer tells harmful prompts from harmless ones: by its activations and by SCANS's transition cosine. */
final class SeparabilityChart {
    static final String TITLE = "Which layers tell harmful from harmless?";

    private static final double CHANCE = 0.5;
    /** Half the width of a 90 % interval of the normal distribution, in standard errors. */
    private static final double NORMAL_90 = 1.6449;

    private SeparabilityChart() {}

    static JFreeChart chart(SteeringVector vector, @Nullable Anchoring anchoring) {
        CombinedDomainXYPlot panels = ChartStyle.panels(ChartStyle.layerAxis(vector.layers()));
        panels.add(separability(vector), 1);
        LegendItemCollection legend = new LegendItemCollection();
        legend.add(ChartStyle.lineItem("separability", Palette.blue(), ChartStyle.LINE, ChartStyle.dot(1)));
        String known = bands(vector)
                ? " Bands: 90 % intervals for all such prompts, whose distance a sample's noise makes longer."
                : "";
        String caption =
                "Distance of the class means in units of the spread within a class. Not calibrated yet." + known;
        if (anchoring != null) {
            panels.add(auc(anchoring.calibration()), 1);
            legend.add(ChartStyle.lineItem(
                    "AUC of the transition cosine", Palette.vermillion(), ChartStyle.LINE, ChartStyle.square(1)));
            legend.add(ChartStyle.lineItem("chance", Palette.muted(), ChartStyle.DASHED, ChartStyle.noMark()));
            caption = caption(anchoring.calibration()) + known;
        }
        List<Integer> chosen = anchoring == null ? List.of() : anchoring.steeringLayers();
        for (Object panel : panels.getSubplots()) {
            ChartStyle.shade((XYPlot) panel, chosen);
        }
        if (!chosen.isEmpty()) {
            legend.add(ChartStyle.shadeItem(chosen));
        }
        return ChartStyle.chart(TITLE, ChartStyle.subtitle(vector), caption, panels, legend);
    }

    private static XYPlot separability(SteeringVector vector) {
        YIntervalSeries series = new YIntervalSeries("separability");
        for (LayerStatistics s : vector.requireStatistics()) {
            LayerReliability sure = s.reliability();
            LayerReliability.Measures measures = sure == null ? null : sure.measures();
            double y = s.separability();
            series.add(
                    s.layer(),
                    y,
                    measures == null ? y : measures.separability().low(),
                    measures == null ? y : measures.separability().high());
        }
        YIntervalSeriesCollection data = new YIntervalSeriesCollection();
        data.addSeries(series);
        return new LayerLines()
                .add(Palette.blue(), ChartStyle.LINE, ChartStyle.dot(vector.layers()))
                .plot(data, LayerLines.axis("distance of the classes / spread within them", data));
    }

    private static boolean bands(SteeringVector vector) {
        return vector.requireStatistics().stream()
                .map(LayerStatistics::reliability)
                .anyMatch(sure -> sure != null && sure.measures() != null);
    }

    private static XYPlot auc(Calibration calibration) {
        YIntervalSeries series = new YIntervalSeries("AUC");
        YIntervalSeriesCollection data = new YIntervalSeriesCollection();
        data.addSeries(series);
        double lowest = CHANCE;
        for (int l = 0; l < calibration.layerAuc().size(); l++) {
            double auc = calibration.layerAuc().get(l);
            double reach = NORMAL_90 * RocAuc.standardError(auc, calibration.harmful(), calibration.harmless());
            series.add(l, auc, Math.max(0, auc - reach), Math.min(1, auc + reach));
            lowest = Math.min(lowest, Math.max(0, auc - reach));
        }
        XYPlot plot = new LayerLines()
                .add(
                        Palette.vermillion(),
                        ChartStyle.LINE,
                        ChartStyle.square(calibration.layerAuc().size()))
                .plot(
                        data,
                        ChartStyle.valueAxis(
                                "AUC of the transition cosine", Math.max(0, Math.floor(10 * lowest) / 10), 1));
        ValueMarker chance = new ValueMarker(CHANCE, Palette.muted(), ChartStyle.DASHED);
        chance.setAlpha(1);
        plot.addRangeMarker(chance, Layer.BACKGROUND);
        return plot;
    }

    private static String caption(Calibration c) {
        return "Threshold " + ChartStyle.fixed(c.threshold(), 4) + " on the mean cosine over "
                + LayerRun.text(c.classifierLayers()) + ": AUC " + ChartStyle.fixed(c.auc(), 3) + ", "
                + percent(c.harmfulFound()) + " of " + c.harmful() + " harmful prompts at or above it, "
                + percent(c.harmlessPassed()) + " of " + c.harmless() + " harmless below ("
                + VisibleText.plain(c.source(), ChartStyle.CAPTION) + ").";
    }

    private static String percent(double share) {
        return ChartStyle.fixed(100 * share, 1) + " %";
    }
}
