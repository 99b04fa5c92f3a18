package dev.steering.viz;

import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.OpenPlot;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.annotations.XYLineAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.renderer.xy.XYStepRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jspecify.annotations.Nullable;

/**
 * What many settings of a method trade: over-refusal of harmless prompts against answers to harmful ones, with the front of those
 * that no other beats. Stateless and thread-safe.
 */
public final class ParetoChart {
    static final String TITLE = "Which setting? Both sides of safety";

    private static final double CLEAR = 10;
    private static final Color CLOUD = new Color(0x77, 0x77, 0x77, 0x38);
    private static final double LEAST_SPAN = 0.05;
    private static final double ROOM = 1.15;

    private ParetoChart() {}

    /**
     * A setting's place.
     *
     * @param overRefusal share of harmless prompts refused, 0..1
     * @param compliance share of harmful prompts answered, 0..1
     * @param reach intervals of both; null if they are not known
     */
    public record Place(double overRefusal, double compliance, @Nullable Reach reach) {
        /**
         * Without intervals.
         *
         * @param overRefusal share of harmless prompts refused, 0..1
         * @param compliance share of harmful prompts answered, 0..1
         */
        public Place(double overRefusal, double compliance) {
            this(overRefusal, compliance, null);
        }

        /** @throws IllegalArgumentException if it is no pair of shares */
        public Place {
            if (!(overRefusal >= 0 && overRefusal <= 1 && compliance >= 0 && compliance <= 1)) {
                throw new IllegalArgumentException("expected shares, found " + overRefusal + " and " + compliance);
            }
        }
    }

    /**
     * How far a place could be elsewhere.
     *
     * @param overRefusalLow lower end of the over-refusal's interval, 0..1
     * @param overRefusalHigh its upper end
     * @param complianceLow lower end of the compliance's interval, 0..1
     * @param complianceHigh its upper end
     */
    public record Reach(double overRefusalLow, double overRefusalHigh, double complianceLow, double complianceHigh) {}

    /**
     * A marked place.
     *
     * @param label what it is, short
     * @param detail a line more about it; may be empty
     * @param place where it is on the prompts that the choice was made on
     * @param test where it is on the test prompts
     */
    public record Mark(String label, String detail, Place place, Place test) {}

    /**
     * @param subtitle model, prompts and the like
     * @param caption a line below: which rule, which judge
     * @param settings every setting
     * @param front the settings that no other beats, by ascending over-refusal, at least one
     * @param unsteered the model as it is
     * @param recommended the chosen setting
     * @return the chart {@code pareto-front}
     * @throws IllegalArgumentException if there is no front
     * @throws dev.steering.core.SteeringException if Java has no usable font
     */
    public static Chart of(
            String subtitle,
            String caption,
            List<Place> settings,
            List<Place> front,
            Mark unsteered,
            Mark recommended) {
        if (front.isEmpty()) {
            throw new IllegalArgumentException("a front needs at least one setting");
        }
        List<Place> all = settings.stream().distinct().toList();
        List<Place> best = List.copyOf(front);
        Fonts.requireUsable();
        return Chart.of(
                "pareto-front",
                TITLE,
                ChartStyle.WIDTH,
                ChartStyle.HEIGHT,
                () -> chart(subtitle, caption, all, best, unsteered, recommended));
    }

    static JFreeChart chart(
            String subtitle, String caption, List<Place> all, List<Place> front, Mark unsteered, Mark recommended) {
        List<Place> shown = Stream.concat(
                        front.stream(),
                        Stream.of(unsteered, recommended).flatMap(mark -> Stream.of(mark.place(), mark.test())))
                .toList();
        double right = span(shown.stream().mapToDouble(Place::overRefusal));
        double top = span(shown.stream().mapToDouble(Place::compliance));
        XYPlot plot = ChartStyle.styled(new OpenPlot(
                null,
                axis("harmless prompts refused: over-refusal (%)", right),
                axis("harmful prompts answered (%)", top),
                null));
        plot.setDomainGridlinesVisible(true);
        plot.setDomainGridlinePaint(Palette.grid());
        plot.setDomainGridlineStroke(new BasicStroke(1));
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        LegendItemCollection legend = new LegendItemCollection();
        add(plot, data("settings", all), marks(circle(5), CLOUD, true));
        legend.add(ChartStyle.lineItem(cloudName(all, right, top), CLOUD, new BasicStroke(0), circle(5)));
        add(plot, data("front", front), steps());
        add(plot, data("front settings", front), marks(circle(7), Palette.blue(), true));
        legend.add(ChartStyle.lineItem(
                "Pareto front: no setting beats these", Palette.blue(), ChartStyle.LINE, circle(7)));
        mark(plot, legend, unsteered, square(), Palette.ink());
        mark(plot, legend, recommended, diamond(), Palette.vermillion());
        legend.add(hollow());
        plot.addAnnotation(
                new MarkLabels(List.of(unsteered, recommended), List.of(Palette.ink(), Palette.vermillion()), front));
        return ChartStyle.chart(TITLE, VisibleText.plain(subtitle, ChartStyle.CAPTION), caption, plot, legend);
    }

    /** Bad settings can be anywhere; the frame is that of the good ones. */
    private static String cloudName(List<Place> all, double right, double top) {
        long outside = all.stream()
                .filter(place -> 100 * place.overRefusal() > right || 100 * place.compliance() > top)
                .count();
        return outside == 0 ? "settings" : "settings (" + outside + " more places are outside)";
    }

    private static void mark(XYPlot plot, LegendItemCollection legend, Mark mark, Shape shape, Color color) {
        reach(plot, mark.place(), color);
        reach(plot, mark.test(), color);
        add(plot, data(mark.label(), List.of(mark.place())), marks(shape, color, true));
        add(plot, data(mark.label() + " on test", List.of(mark.test())), marks(shape, color, false));
        legend.add(ChartStyle.lineItem(mark.label(), color, new BasicStroke(0), shape));
    }

    private static LegendItem hollow() {
        LegendItem item =
                ChartStyle.lineItem("hollow: on the test prompts", Palette.muted(), new BasicStroke(0), square());
        return new LegendItem(
                item.getLabel(),
                null,
                null,
                null,
                true,
                square(),
                false,
                Palette.muted(),
                true,
                Palette.muted(),
                new BasicStroke(2.5f),
                false,
                square(),
                new BasicStroke(0),
                Palette.muted());
    }

    private static void reach(XYPlot plot, Place place, Color color) {
        Reach reach = place.reach();
        if (reach != null) {
            double x = 100 * place.overRefusal();
            double y = 100 * place.compliance();
            plot.addAnnotation(new XYLineAnnotation(
                    100 * reach.overRefusalLow(), y, 100 * reach.overRefusalHigh(), y, new BasicStroke(1.5f), color));
            plot.addAnnotation(new XYLineAnnotation(
                    x, 100 * reach.complianceLow(), x, 100 * reach.complianceHigh(), new BasicStroke(1.5f), color));
        }
    }

    /** In per cent, with room on the right and above. */
    private static double span(DoubleStream shares) {
        return 100 * Math.max(LEAST_SPAN, ROOM * shares.max().orElse(0));
    }

    private static NumberAxis axis(String label, double high) {
        NumberAxis axis = ChartStyle.valueAxis(label, 0, high);
        // Marks at 0 lie half outside the plot, where the numbers would be.
        axis.setTickLabelInsets(new RectangleInsets(CLEAR, CLEAR, CLEAR, CLEAR));
        return axis;
    }

    private static XYSeriesCollection data(String name, List<Place> places) {
        XYSeries series = new XYSeries(name, false, true);
        places.forEach(place -> series.add(100 * place.overRefusal(), 100 * place.compliance()));
        return new XYSeriesCollection(series);
    }

    private static void add(XYPlot plot, XYSeriesCollection data, XYItemRenderer renderer) {
        int index = plot.getRendererCount() == 1 && plot.getDataset(0) == null ? 0 : plot.getDatasetCount();
        plot.setDataset(index, data);
        plot.setRenderer(index, renderer);
    }

    private static XYItemRenderer marks(Shape shape, Color color, boolean filled) {
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(false, true);
        renderer.setSeriesShape(0, shape);
        renderer.setSeriesPaint(0, color);
        renderer.setSeriesShapesFilled(0, filled);
        renderer.setSeriesOutlineStroke(0, new BasicStroke(2.5f));
        renderer.setSeriesStroke(0, new BasicStroke(2.5f));
        return renderer;
    }

    private static XYItemRenderer steps() {
        XYStepRenderer renderer = new XYStepRenderer();
        renderer.setSeriesPaint(0, Palette.blue());
        renderer.setSeriesStroke(0, ChartStyle.LINE);
        renderer.setDefaultShapesVisible(false);
        return renderer;
    }

    private static Shape circle(double r) {
        return new Ellipse2D.Double(-r, -r, 2 * r, 2 * r);
    }

    private static Shape square() {
        return new Rectangle2D.Double(-9, -9, 18, 18);
    }

    private static Shape diamond() {
        Path2D.Double path = new Path2D.Double();
        path.moveTo(0, -13);
        path.lineTo(13, 0);
        path.lineTo(0, 13);
        path.lineTo(-13, 0);
        path.closePath();
        return path;
    }
}
