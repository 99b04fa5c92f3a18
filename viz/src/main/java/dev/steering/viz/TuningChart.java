package dev.steering.viz;

import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.LayerLines;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.VisibleText;
import java.awt.Color;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** How the losses of two soft prompts went while they were tuned. Stateless and thread-safe. */
public final class TuningChart {
    static final String TITLE = "Did tuning the two prompts work?";

    private TuningChart() {}

    /**
     * @param prompts tuned soft prompts
     * @return the chart {@code tuning-loss}: training and held-out loss per epoch, one panel for each prompt, the epoch that was
     *     kept marked
     * @throws dev.steering.core.SteeringException if Java has no usable font
     */
    public static Chart of(SoftPrompts prompts) {
        return Chart.of("tuning-loss", TITLE, ChartStyle.WIDTH, ChartStyle.HEIGHT, () -> chart(prompts));
    }

    static JFreeChart chart(SoftPrompts prompts) {
        int epochs = Math.max(
                prompts.safeCurve().epochs().size(),
                prompts.oppositeCurve().epochs().size());
        CombinedDomainXYPlot panels = ChartStyle.panels(epochAxis(epochs));
        panels.add(panel("safe prompt: loss", prompts.safeCurve(), Palette.blue(), epochs), 1);
        panels.add(panel("opposite prompt: loss", prompts.oppositeCurve(), Palette.vermillion(), epochs), 1);
        LegendItemCollection legend = new LegendItemCollection();
        legend.add(ChartStyle.lineItem("training", Palette.ink(), ChartStyle.DASHED, ChartStyle.square(1)));
        legend.add(ChartStyle.lineItem("held-out", Palette.ink(), ChartStyle.LINE, ChartStyle.dot(1)));
        legend.add(ChartStyle.lineItem("kept", Palette.muted(), ChartStyle.DASHED, ChartStyle.noMark()));
        return ChartStyle.chart(TITLE, subtitle(prompts), caption(prompts), panels, legend);
    }

    static NumberAxis epochAxis(int epochs) {
        return ChartStyle.wholeAxis("epoch (0: before the first step)", epochs);
    }

    private static XYPlot panel(String label, TuningCurve curve, Color color, int epochs) {
        XYSeriesCollection data = new XYSeriesCollection();
        LayerLines lines = new LayerLines();
        add(data, lines, curve, color, epochs);
        XYPlot plot = lines.plot(data, LayerLines.axis(label, data));
        mark(plot, curve);
        return plot;
    }

    /** Training and held-out losses as two lines of one colour. */
    static void add(XYSeriesCollection data, LayerLines lines, TuningCurve curve, Color color, int epochs) {
        data.addSeries(series("training", curve, TuningCurve.Epoch::train));
        data.addSeries(series("held-out", curve, TuningCurve.Epoch::heldOut));
        lines.add(color, ChartStyle.DASHED, ChartStyle.square(epochs))
                .add(color, ChartStyle.LINE, ChartStyle.dot(epochs));
    }

    static XYSeries series(String name, TuningCurve curve, ToDoubleFunction<TuningCurve.Epoch> loss) {
        XYSeries series = new XYSeries(name);
        for (int i = 0; i < curve.epochs().size(); i++) {
            series.add(i, loss.applyAsDouble(curve.epochs().get(i)));
        }
        return series;
    }

    /** A line at the epoch that was kept. */
    static void mark(XYPlot plot, TuningCurve curve) {
        ValueMarker kept = new ValueMarker(curve.best(), Palette.muted(), ChartStyle.DASHED);
        kept.setAlpha(1);
        plot.addDomainMarker(kept, Layer.BACKGROUND);
    }

    private static String subtitle(SoftPrompts prompts) {
        SoftPromptProvenance p = prompts.provenance();
        String model = VisibleText.elide(VisibleText.plain(p.modelName(), ChartStyle.CAPTION), ChartStyle.CAPTION, 600);
        int pairs = p.anchors().values().stream().mapToInt(Integer::intValue).sum();
        return "model: " + model + "  \u00B7  " + prompts.safe().length() + " and "
                + prompts.opposite().length() + " soft tokens of hidden size " + prompts.hidden() + "  \u00B7  " + pairs
                + " anchor pairs, seed " + p.seed();
    }

    private static String caption(SoftPrompts prompts) {
        return "Safe prompt: " + words(prompts.safeCurve()) + ". Opposite prompt: " + words(prompts.oppositeCurve())
                + ". " + String.format(Locale.ROOT, "%,d", prompts.cost().steps()) + " gradient steps.";
    }

    static String words(TuningCurve curve) {
        String why = curve.ending() == Ending.HELD_OUT
                ? "stopped early"
                : curve.ending() == Ending.EPOCHS ? "all epochs run" : "finished by hand";
        double first = curve.epochs().get(0).heldOut();
        double best = curve.keptLoss();
        return "held-out loss " + ChartStyle.fixed(first, 2) + " to " + ChartStyle.fixed(best, 2) + " at epoch "
                + curve.best() + ", " + why;
    }
}
