package dev.steering.viz;

import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.OpenPlot;
import dev.steering.viz.internal.Palette;
import java.awt.BasicStroke;
import java.util.List;
import java.util.stream.Stream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.annotations.XYBoxAnnotation;
import org.jfree.chart.annotations.XYLineAnnotation;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYBarDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** How much each layer's direction reads as refusal, with the segments and the chosen layers. */
final class RefusalScoreChart {
    static final String TITLE = "Where does the direction read as refusal?";

    private static final double BAR_WIDTH = 0.75;
    /** Room above the highest bar for the segments' names. */
    private static final double HEADROOM = 1.18;

    private RefusalScoreChart() {}

    static JFreeChart chart(SteeringVector vector, Anchoring anchoring) {
        double highest = 0;
        for (List<Projection> scores : List.of(anchoring.layers(), anchoring.segments())) {
            for (Projection p : scores) {
                highest = Math.max(highest, p.refusalScore());
            }
        }
        NumberAxis scores = ChartStyle.valueAxis(
                "refusal tokens' share of the top " + anchoring.topK(), 0, (highest == 0 ? 1 : highest) * HEADROOM);
        XYPlot plot = ChartStyle.styled(
                new OpenPlot(bars(anchoring), ChartStyle.layerAxis(vector.layers()), scores, barRenderer()));
        plot.setDataset(1, segmentLines(anchoring.segments()));
        plot.setRenderer(1, lineRenderer(anchoring.segments().size()));
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        ChartStyle.shade(plot, anchoring.steeringLayers());
        double top = highest == 0 ? 1 : highest;
        // Names stand on paper, not on the shade of the chosen layers.
        plot.addAnnotation(new XYBoxAnnotation(
                -0.5, top * 1.05, vector.layers() - 0.5, top * HEADROOM, null, null, Palette.background()));
        nameSegments(plot, anchoring.segments(), top * (1 + (HEADROOM - 1) * 0.62), vector.layers());
        nameZeros(plot, anchoring);
        return ChartStyle.chart(TITLE, ChartStyle.subtitle(vector), caption(anchoring), plot, legend(anchoring));
    }

    private static XYBarDataset bars(Anchoring anchoring) {
        XYSeries other = new XYSeries("other layers");
        XYSeries chosen = new XYSeries("chosen layers");
        for (Projection p : anchoring.layers()) {
            XYSeries series = anchoring.steeringLayers().contains(p.firstLayer()) ? chosen : other;
            series.add(p.firstLayer(), p.refusalScore());
        }
        XYSeriesCollection both = new XYSeriesCollection();
        both.addSeries(other);
        both.addSeries(chosen);
        return new XYBarDataset(both, BAR_WIDTH);
    }

    private static XYBarRenderer barRenderer() {
        XYBarRenderer renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setSeriesPaint(0, Palette.blue());
        renderer.setSeriesPaint(1, Palette.vermillion());
        return renderer;
    }

    private static XYSeriesCollection segmentLines(List<Projection> segments) {
        XYSeriesCollection lines = new XYSeriesCollection();
        for (int i = 0; i < segments.size(); i++) {
            XYSeries line = new XYSeries("segment " + (i + 1));
            line.add(segments.get(i).firstLayer() - 0.5, segments.get(i).refusalScore());
            line.add(segments.get(i).lastLayer() + 0.5, segments.get(i).refusalScore());
            lines.addSeries(line);
        }
        return lines;
    }

    private static XYLineAndShapeRenderer lineRenderer(int segments) {
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        for (int i = 0; i < segments; i++) {
            renderer.setSeriesPaint(i, Palette.ink());
            renderer.setSeriesStroke(i, ChartStyle.DASHED);
        }
        return renderer;
    }

    private static void nameSegments(XYPlot plot, List<Projection> segments, double height, int layers) {
        for (int i = 0; i < segments.size(); i++) {
            Projection segment = segments.get(i);
            if (i > 0) {
                ValueMarker border =
                        new ValueMarker(segment.firstLayer() - 0.5, Palette.muted(), new BasicStroke(1.5f));
                border.setAlpha(1);
                plot.addDomainMarker(border, Layer.BACKGROUND);
            }
            double room = 0.8 * Look.current().width() * (segment.lastLayer() - segment.firstLayer() + 1) / layers;
            String score = ChartStyle.fixed(segment.refusalScore(), 2);
            String name = Stream.of("segment " + (i + 1) + ": " + score, "S" + (i + 1) + ": " + score)
                    .filter(text -> Fonts.width(text, ChartStyle.TICK) < room)
                    .findFirst()
                    .orElse("S" + (i + 1));
            XYTextAnnotation text =
                    new XYTextAnnotation(name, (segment.firstLayer() + segment.lastLayer()) / 2.0, height);
            text.setFont(ChartStyle.TICK);
            text.setPaint(Palette.ink());
            plot.addAnnotation(text);
        }
    }

    /** A bar of no height would look like a missing one. */
    private static void nameZeros(XYPlot plot, Anchoring anchoring) {
        for (Projection p : anchoring.layers()) {
            if (p.refusalScore() == 0) {
                double x = p.firstLayer();
                plot.addAnnotation(new XYLineAnnotation(
                        x - BAR_WIDTH / 2, 0, x + BAR_WIDTH / 2, 0, new BasicStroke(5), Palette.muted()));
            }
        }
    }

    private static LegendItemCollection legend(Anchoring anchoring) {
        LegendItemCollection legend = new LegendItemCollection();
        legend.add(ChartStyle.boxItem("layer's direction", Palette.blue()));
        legend.add(ChartStyle.boxItem("the same, chosen layer", Palette.vermillion()));
        legend.add(ChartStyle.lineItem(
                "segment (first principal component)", Palette.ink(), ChartStyle.DASHED, ChartStyle.noMark()));
        if (!anchoring.steeringLayers().isEmpty()) {
            legend.add(ChartStyle.shadeItem(anchoring.steeringLayers()));
        }
        return legend;
    }

    private static String caption(Anchoring anchoring) {
        boolean nothing = anchoring.layers().stream().allMatch(p -> p.refusalScore() == 0);
        return nothing
                ? "0 everywhere: no layer has a refusal token among its top " + anchoring.topK() + "."
                : "Tokens whose vocabulary-head rows point most along the direction; "
                        + anchoring.refusalTokens().size() + " tokens count as refusal. A flat mark is a score of 0.";
    }
}
