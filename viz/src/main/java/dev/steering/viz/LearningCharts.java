package dev.steering.viz;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.LayerLines;
import dev.steering.viz.internal.Palette;
import java.awt.BasicStroke;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * How directions were learned by gradient: losses by epoch, and the learned directions beside the mean differences. Immutable and
 * thread-safe.
 */
public final class LearningCharts {
    static final String LOSS_TITLE = "Did learning the directions work?";
    static final String LAYERS_TITLE = "Learned or averaged: which does more, and do they point the same way?";

    private static final BasicStroke THIN = new BasicStroke(1.2f);

    private final SteeringVector vector;
    private final Learning learning;

    private LearningCharts(SteeringVector vector, Learning learning) {
        this.vector = vector;
        this.learning = learning;
    }

    /**
     * @param vector a vector with learned directions
     * @return its charts
     * @throws SteeringException if no direction was learned, or Java has no usable font
     */
    public static LearningCharts of(SteeringVector vector) {
        Fonts.requireUsable();
        Learning learning = vector.learning();
        if (learning == null || learning.layers().isEmpty()) {
            throw new BadRequest("cannot draw how directions were learned: those of this vector were computed ("
                    + vector.provenance().method() + ").");
        }
        return new LearningCharts(vector, learning);
    }

    /**
     * Writes both, each file whole or not at all.
     *
     * @param directory where to; created if missing
     * @return the files
     * @throws SteeringException if one cannot be written
     */
    public List<Path> write(Path directory) {
        List<Path> files = new ArrayList<>();
        all().forEach(chart -> files.addAll(chart.write(directory)));
        return files;
    }

    /** @return both */
    public List<Chart> all() {
        return List.of(loss(), layers());
    }

    /** @return {@code learning-loss}: held-out loss by epoch of every layer, the layer with the least of them in full */
    public Chart loss() {
        return Chart.of("learning-loss", LOSS_TITLE, ChartStyle.WIDTH, ChartStyle.HEIGHT, this::lossChart);
    }

    /** @return {@code learning-layers}: held-out losses of no vector, mean difference and learned direction, and their cosine */
    public Chart layers() {
        return Chart.of("learning-layers", LAYERS_TITLE, ChartStyle.WIDTH, ChartStyle.HEIGHT, this::layersChart);
    }

    JFreeChart lossChart() {
        Learning.Layer best = learning.best();
        int epochs = learning.layers().stream()
                .mapToInt(layer -> layer.curve().epochs().size())
                .max()
                .orElseThrow();
        XYSeriesCollection data = new XYSeriesCollection();
        LayerLines lines = new LayerLines();
        TuningChart.add(data, lines, best.curve(), Palette.blue(), epochs);
        for (Learning.Layer layer : learning.layers()) {
            if (layer.layer() != best.layer()) {
                data.addSeries(TuningChart.series("layer " + layer.layer(), layer.curve(), epoch -> epoch.heldOut()));
                lines.add(Palette.muted(), THIN, ChartStyle.noMark());
            }
        }
        XYPlot plot = lines.plot(data, LayerLines.axis("loss", data));
        plot.setDomainAxis(TuningChart.epochAxis(epochs));
        TuningChart.mark(plot, best.curve());
        LegendItemCollection legend = new LegendItemCollection();
        String name = "layer " + best.layer();
        legend.add(ChartStyle.lineItem(name + ", training", Palette.blue(), ChartStyle.DASHED, ChartStyle.square(1)));
        legend.add(ChartStyle.lineItem(name + ", held-out", Palette.blue(), ChartStyle.LINE, ChartStyle.dot(1)));
        if (learning.layers().size() > 1) {
            legend.add(ChartStyle.lineItem("other layers, held-out", Palette.muted(), THIN, ChartStyle.noMark()));
        }
        legend.add(ChartStyle.lineItem("kept", Palette.muted(), ChartStyle.DASHED, ChartStyle.noMark()));
        String caption = "Layer " + best.layer() + ": " + TuningChart.words(best.curve()) + ". "
                + String.format(Locale.ROOT, "%,d", learning.cost().steps()) + " gradient steps at "
                + learning.layers().size() + (learning.layers().size() == 1 ? " layer." : " layers.");
        return ChartStyle.chart(LOSS_TITLE, ChartStyle.subtitle(vector), caption, plot, legend);
    }

    JFreeChart layersChart() {
        CombinedDomainXYPlot both = ChartStyle.panels(ChartStyle.layerAxis(vector.layers()));
        both.add(losses(), 3);
        both.add(cosines(), 2);
        LegendItemCollection legend = new LegendItemCollection();
        legend.add(ChartStyle.lineItem("no vector", Palette.muted(), THIN, ChartStyle.noMark()));
        legend.add(ChartStyle.lineItem("mean difference", Palette.blue(), ChartStyle.DASHED, ChartStyle.square(1)));
        legend.add(ChartStyle.lineItem("learned", Palette.vermillion(), ChartStyle.LINE, ChartStyle.dot(1)));
        String caption =
                "Losses of held-out anchors with the vector added and subtracted at that layer alone, strength 1"
                        + " (raw); both directions have the same norm.";
        return ChartStyle.chart(LAYERS_TITLE, ChartStyle.subtitle(vector), caption, both, legend);
    }

    private XYPlot losses() {
        XYSeriesCollection data = new XYSeriesCollection();
        data.addSeries(series("no vector", Learning.Layer::unsteeredLoss));
        data.addSeries(series("mean difference", Learning.Layer::meanDifferenceLoss));
        data.addSeries(series("learned", Learning.Layer::learnedLoss));
        return new LayerLines()
                .add(Palette.muted(), THIN, ChartStyle.noMark())
                .add(Palette.blue(), ChartStyle.DASHED, ChartStyle.square(vector.layers()))
                .add(Palette.vermillion(), ChartStyle.LINE, ChartStyle.dot(vector.layers()))
                .plot(data, LayerLines.axis("held-out loss", data));
    }

    private XYPlot cosines() {
        XYSeriesCollection data = new XYSeriesCollection();
        data.addSeries(series("cosine", Learning.Layer::cosine));
        return new LayerLines()
                .add(Palette.green(), ChartStyle.LINE, ChartStyle.dot(vector.layers()))
                .plot(data, ChartStyle.valueAxis("cosine of the two", -1, 1));
    }

    private XYSeries series(String name, ToDoubleFunction<Learning.Layer> value) {
        XYSeries series = new XYSeries(name);
        learning.layers().forEach(layer -> series.add(layer.layer(), value.applyAsDouble(layer)));
        return series;
    }
}
