package dev.steering.viz.internal;

import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** What all charts share: sizes, fonts, axes, titles, shading. */
public final class ChartStyle {
    public static final int WIDTH = 1600;
    public static final int HEIGHT = 900;
    public static final Font TICK = Fonts.regular(Look.SMALLEST);
    public static final Font CAPTION = Fonts.regular(Look.SMALLEST);
    public static final BasicStroke LINE = new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    public static final BasicStroke DASHED =
            new BasicStroke(2.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {9, 6}, 0);

    private static final double LONGEST_NAME = 0.6;

    private ChartStyle() {}

    public static Font title() {
        return Sheet.title();
    }

    public static Font label() {
        return Fonts.regular(Look.current().isNarrow() ? Look.SMALLEST : 20);
    }

    /** @return the line under the title: which model, which method */
    public static String subtitle(SteeringVector vector) {
        Provenance p = vector.provenance();
        String model = VisibleText.elide(
                VisibleText.plain(p.modelName(), CAPTION),
                CAPTION,
                LONGEST_NAME * Look.current().width());
        String method = VisibleText.plain(p.method() + ", " + p.tokenSelector() + " token", CAPTION);
        return "model: " + model + "  \u00B7  method: "
                + VisibleText.elide(
                        method, CAPTION, LONGEST_NAME * Look.current().width()) + "  \u00B7  " + vector.layers()
                + (vector.layers() == 1 ? " layer" : " layers") + " of hidden size " + vector.hidden();
    }

    /** @return a chart with title, subtitle, legend (unless empty) and caption (unless empty) */
    public static JFreeChart chart(
            String title, String subtitle, String caption, Plot plot, LegendItemCollection legend) {
        boolean titled = Look.current().titled();
        JFreeChart chart = new JFreeChart(titled ? title : null, title(), plot, false);
        chart.setBackgroundPaint(Palette.background());
        chart.setPadding(
                Look.current().isNarrow() ? new RectangleInsets(10, 12, 10, 22) : new RectangleInsets(16, 24, 16, 36));
        plot.setInsets(new RectangleInsets(HeadedAxis.ROOM, 4, 4, 4));
        if (titled) {
            chart.getTitle().setPaint(Palette.ink());
            chart.addSubtitle(text(subtitle, CAPTION, RectangleEdge.TOP));
        }
        if (titled && !caption.isEmpty()) {
            chart.addSubtitle(text(caption, CAPTION, RectangleEdge.BOTTOM));
        }
        if (legend.getItemCount() > 0) {
            LegendTitle box = new LegendTitle(() -> legend);
            box.setItemFont(label());
            box.setItemPaint(Palette.ink());
            box.setFrame(BlockBorder.NONE);
            box.setPosition(RectangleEdge.BOTTOM);
            box.setLegendItemGraphicPadding(
                    Look.current().isNarrow() ? new RectangleInsets(1, 8, 1, 4) : new RectangleInsets(2, 16, 2, 4));
            chart.addSubtitle(box);
        }
        plot.setBackgroundPaint(Palette.background());
        plot.setOutlinePaint(Palette.grid());
        return chart;
    }

    private static TextTitle text(String text, Font font, RectangleEdge edge) {
        TextTitle title = new TextTitle(text, font);
        title.setPaint(Palette.muted());
        title.setPosition(edge);
        title.setTextAlignment(HorizontalAlignment.CENTER);
        // JFreeChart takes letters for a little narrower than they are.
        double room = 0.02 * Look.current().width();
        title.setPadding(4, room, 0, room);
        return title;
    }

    /** @return an axis from the first layer to the last with a number at whole layers only */
    public static NumberAxis layerAxis(int layers) {
        return wholeAxis(Look.current().isNarrow() ? "layer" : "layer (0-based decoder block)", layers);
    }

    /** @return an axis of whole numbers from 0 */
    public static NumberAxis wholeAxis(String label, int count) {
        return styled(HeadedAxis.ofWhole(label, count));
    }

    /** @return an axis of real numbers with as many numbers as there is room for */
    public static NumberAxis valueAxis(String label, double low, double high) {
        return styled(HeadedAxis.ofValues(label, low, high));
    }

    /** @return panels over one layer axis, with room for their names */
    public static CombinedDomainXYPlot panels(NumberAxis axis) {
        CombinedDomainXYPlot panels = new CombinedDomainXYPlot(axis);
        panels.setGap(HeadedAxis.ROOM + 12);
        return panels;
    }

    /** @return the axis in the common fonts and colours */
    public static <A extends Axis> A styled(A axis) {
        axis.setLabelFont(label());
        axis.setTickLabelFont(TICK);
        axis.setLabelPaint(Palette.ink());
        axis.setTickLabelPaint(Palette.ink());
        axis.setAxisLinePaint(Palette.muted());
        axis.setTickMarkPaint(Palette.muted());
        axis.setLabelInsets(new RectangleInsets(6, 6, 6, 6));
        return axis;
    }

    /** @return the plot with horizontal grid lines only */
    public static XYPlot styled(XYPlot plot) {
        plot.setBackgroundPaint(Palette.background());
        plot.setOutlinePaint(Palette.grid());
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(Palette.grid());
        plot.setRangeGridlineStroke(new BasicStroke(1));
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        return plot;
    }

    /** Shades these layers from edge to edge, behind the data. */
    public static void shade(XYPlot plot, List<Integer> layers) {
        for (LayerRun run : LayerRun.of(layers)) {
            IntervalMarker marker = new IntervalMarker(run.first() - 0.5, run.last() + 0.5, Palette.veil());
            marker.setAlpha(1);
            plot.addDomainMarker(marker, Layer.BACKGROUND);
        }
    }

    /** @return the legend's entry for what {@link #shade} draws */
    public static LegendItem shadeItem(List<Integer> layers) {
        return boxItem("chosen: " + LayerRun.text(layers), Palette.shade());
    }

    public static LegendItem boxItem(String label, Color color) {
        return new LegendItem(
                label,
                null,
                null,
                null,
                new Rectangle2D.Double(-10, -8, 20, 16),
                color,
                new BasicStroke(1),
                Palette.muted());
    }

    public static LegendItem lineItem(String label, Color color, BasicStroke stroke, Shape shape) {
        Shape line = new Line2D.Double(-18, 0, 18, 0);
        return new LegendItem(
                label, null, null, null, true, shape, true, color, false, color, stroke, true, line, stroke, color);
    }

    /** @return a dot that neighbouring layers' dots do not touch */
    public static Shape dot(int layers) {
        double r = layers > 40 ? 4 : 6;
        return new Ellipse2D.Double(-r, -r, 2 * r, 2 * r);
    }

    /** @return a square of the same size as the dot */
    public static Shape square(int layers) {
        double r = layers > 40 ? 3.5 : 5.5;
        return new Rectangle2D.Double(-r, -r, 2 * r, 2 * r);
    }

    /** @return nothing, for lines without marks */
    public static Shape noMark() {
        return new Rectangle2D.Double();
    }

    /** @return the number in the same way in every country */
    public static String fixed(double value, int digits) {
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        boolean nothing = text.startsWith("-") && text.chars().noneMatch(c -> c >= '1' && c <= '9');
        return nothing ? text.substring(1) : text;
    }

    /** @return the number with three significant digits and without zeros behind them, the same in every country */
    public static String number(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
        return (Math.abs(value) < 1e-4 && value != 0) || Math.abs(value) >= 1e6
                ? rounded.toString()
                : rounded.toPlainString();
    }
}
