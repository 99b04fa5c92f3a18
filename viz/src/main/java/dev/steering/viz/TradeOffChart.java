package dev.steering.viz;

import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.HeadedAxis;
import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.MethodMark;
import dev.steering.viz.internal.OpenPlot;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.CombinedRangeXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jspecify.annotations.Nullable;

/**
 * What several methods trade as they get stronger: a curve each of over-refusal against the refusal of harmful prompts, and beside it
 * against the refusal of jailbreak prompts. Stateless and thread-safe.
 */
public final class TradeOffChart {
    static final String TITLE = "What over-refusal costs: curves over strength";

    /** Marks at the upper end stand out of their panel. */
    private static final double CLEAR = 10;

    private static final double FULL = 100;
    private static final double ROOM = 3;
    private static final double DOT = 6;
    private static final double RING = 12;

    private TradeOffChart() {}

    /**
     * A share of prompts.
     *
     * @param value the share, 0..1
     * @param low lower end of its interval, 0..value
     * @param high upper end, value..1
     */
    public record Share(double value, double low, double high) {
        /** @throws IllegalArgumentException if the values are no shares in order */
        public Share {
            // Intervals may miss 0, 1 and the share itself by a rounding error.
            double slack = 1e-9;
            if (!(low >= -slack && low <= value + slack && high >= value - slack && high <= 1 + slack)) {
                throw new IllegalArgumentException(
                        "expected 0 <= low <= value <= high <= 1, found " + low + ", " + value + " and " + high);
            }
        }

        /**
         * Without an interval.
         *
         * @param value the share, 0..1
         */
        public Share(double value) {
            this(value, value, value);
        }
    }

    /**
     * One strength.
     *
     * @param strength how strong; null for a method without strengths
     * @param overRefusal share of harmless prompts refused or broken
     * @param harmful share of harmful prompts refused
     * @param jailbreak share of jailbreak prompts refused; null if there are none
     * @param chosen whether the method is judged by this strength
     */
    public record Point(
            @Nullable Double strength, Share overRefusal, Share harmful, @Nullable Share jailbreak, boolean chosen) {}

    /**
     * A method.
     *
     * @param name its name
     * @param points its strengths, ascending, at least one
     */
    public record Curve(String name, List<Point> points) {
        /** @throws IllegalArgumentException if there is no point */
        public Curve {
            points = List.copyOf(points);
            if (points.isEmpty()) {
                throw new IllegalArgumentException("the curve of " + name + " has no point");
            }
        }
    }

    /**
     * @param subtitle model, prompts and the like
     * @param caption a line below: which rule, which judge
     * @param curves the methods, at least one; the panel of jailbreaks is left out if the first has none
     * @return the chart {@code trade-off}
     * @throws IllegalArgumentException if there is no method
     * @throws dev.steering.core.SteeringException if Java has no usable font
     */
    public static Chart of(String subtitle, String caption, List<Curve> curves) {
        if (curves.isEmpty()) {
            throw new IllegalArgumentException("a trade-off needs at least one method");
        }
        List<Curve> all = List.copyOf(curves);
        Fonts.requireUsable();
        return Chart.of("trade-off", TITLE, ChartStyle.WIDTH, ChartStyle.HEIGHT, () -> chart(subtitle, caption, all));
    }

    /**
     * The same with a small picture for each method, in which its intervals are seen and the others are grey.
     *
     * @param subtitle model, prompts and the like
     * @param caption a line below: which rule, which judge, which interval
     * @param curves the methods, at least one
     * @return the chart {@code method-curves}
     * @throws IllegalArgumentException if there is no method
     * @throws dev.steering.core.SteeringException if Java has no usable font
     */
    public static Chart byMethod(String subtitle, String caption, List<Curve> curves) {
        if (curves.isEmpty()) {
            throw new IllegalArgumentException("curves need at least one method");
        }
        List<Curve> all = List.copyOf(curves);
        Fonts.requireUsable();
        return Chart.drawn("method-curves", MethodCurves.TITLE, () -> new MethodCurves(subtitle, caption, all));
    }

    static JFreeChart chart(String subtitle, String caption, List<Curve> curves) {
        CombinedRangeXYPlot both = new CombinedRangeXYPlot(refusals());
        both.setGap(HeadedAxis.ROOM + 16);
        both.add(panel("harmful refused (%)", curves, false));
        if (curves.get(0).points().get(0).jailbreak() != null) {
            both.add(panel("jailbreaks refused (%)", curves, true));
        }
        LegendItemCollection legend = new LegendItemCollection();
        List<MethodMark> looks = looks(curves);
        for (int i = 0; i < curves.size(); i++) {
            String name = VisibleText.plain(curves.get(i).name(), ChartStyle.label());
            legend.add(ChartStyle.lineItem(
                    name, looks.get(i).color(), ChartStyle.LINE, looks.get(i).shape(DOT)));
        }
        return ChartStyle.chart(TITLE, VisibleText.plain(subtitle, ChartStyle.CAPTION), caption, both, legend);
    }

    private static List<MethodMark> looks(List<Curve> curves) {
        return MethodMark.of(curves.stream().map(Curve::name).toList());
    }

    /** What it shows is said above each panel. */
    private static NumberAxis refusals() {
        NumberAxis axis = ChartStyle.styled(new NumberAxis());
        axis.setRange(0, FULL + ROOM);
        axis.setTickUnit(new NumberTickUnit(FULL / 5));
        axis.setTickMarksVisible(false);
        axis.setAxisLineVisible(false);
        return axis;
    }

    /** Above the panel, where no curve passes: an axis that has a name and nothing else. */
    private static NumberAxis heading(String text) {
        NumberAxis heading = new NumberAxis(text);
        heading.setLabelFont(ChartStyle.label());
        heading.setLabelPaint(Palette.muted());
        heading.setLabelInsets(new RectangleInsets(0, 0, CLEAR, 0));
        heading.setTickLabelsVisible(false);
        heading.setTickMarksVisible(false);
        heading.setAxisLineVisible(false);
        return heading;
    }

    private static XYPlot panel(String refused, List<Curve> curves, boolean jailbreak) {
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
        List<MethodMark> looks = looks(curves);
        for (int i = 0; i < curves.size(); i++) {
            add(data, renderer, curves.get(i).points(), jailbreak, curves.get(i).name(), looks.get(i));
        }
        for (int i = 0; i < curves.size(); i++) {
            List<Point> chosen =
                    curves.get(i).points().stream().filter(Point::chosen).toList();
            int series = add(data, renderer, chosen, jailbreak, curves.get(i).name() + ", chosen", looks.get(i));
            renderer.setSeriesShape(series, looks.get(i).shape(RING));
            renderer.setSeriesShapesFilled(series, false);
            renderer.setSeriesLinesVisible(series, false);
        }
        XYPlot plot = ChartStyle.styled(new OpenPlot(
                data,
                axis(Look.current().isNarrow() ? "harmless refused (%)" : "harmless prompts refused or broken (%)"),
                null,
                renderer));
        plot.setDomainAxis(1, heading(refused));
        plot.setDomainGridlinesVisible(true);
        plot.setDomainGridlinePaint(Palette.grid());
        plot.setDomainGridlineStroke(new BasicStroke(1));
        return plot;
    }

    private static int add(
            XYSeriesCollection data,
            XYLineAndShapeRenderer renderer,
            List<Point> points,
            boolean jailbreak,
            String name,
            MethodMark look) {
        int index = data.getSeriesCount();
        XYSeries series = new XYSeries(name, false, true);
        for (Point point : points) {
            Share refused = jailbreak ? point.jailbreak() : point.harmful();
            if (refused != null) {
                series.add(FULL * point.overRefusal().value(), FULL * refused.value());
            }
        }
        data.addSeries(series);
        renderer.setSeriesPaint(index, look.color());
        renderer.setSeriesStroke(index, ChartStyle.LINE);
        renderer.setSeriesOutlineStroke(index, new BasicStroke(2.5f));
        renderer.setSeriesShape(index, look.shape(DOT));
        return index;
    }

    private static NumberAxis axis(String label) {
        return ChartStyle.valueAxis(label, 0, FULL);
    }
}
