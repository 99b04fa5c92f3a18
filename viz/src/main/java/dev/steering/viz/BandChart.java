package dev.steering.viz;

import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.MethodMark;
import dev.steering.viz.internal.OpenPlot;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.VisibleText;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;
import org.jspecify.annotations.Nullable;

/**
 * Lines with bands over one axis, in panels: refusals against strength, effects over layers, projections along a text. Stateless and
 * thread-safe.
 */
public final class BandChart {
    private static final float FAINT = 0.13f;
    private static final double DOT = 5.5;
    private static final int MANY = 40;

    private BandChart() {}

    /**
     * One place of a line.
     *
     * @param x where
     * @param y how much
     * @param low lower end of its interval; y if there is none
     * @param high upper end
     */
    public record Point(double x, double y, double low, double high) {
        /**
         * Without an interval.
         *
         * @param x where
         * @param y how much
         */
        public Point(double x, double y) {
            this(x, y, y, y);
        }
    }

    /**
     * A line.
     *
     * @param name what it is; lines of one name look alike in every panel
     * @param points its places, by x
     * @param base a level to compare it with, drawn dashed; null for none
     */
    public record Line(String name, List<Point> points, @Nullable Double base) {
        public Line {
            points = List.copyOf(points);
        }
    }

    /**
     * A panel.
     *
     * @param label what its axis is
     * @param low lower end of the axis
     * @param high upper end, above
     * @param lines its lines
     */
    public record Panel(String label, double low, double high, List<Line> lines) {
        public Panel {
            lines = List.copyOf(lines);
        }
    }

    /**
     * What the common axis is.
     *
     * @param label its name
     * @param count so many whole numbers from 0, as layers are; 0 for real numbers
     * @param marked whole numbers that are shaded, such as the layers that are steered
     */
    public record Along(String label, int count, List<Integer> marked) {
        public Along {
            marked = List.copyOf(marked);
        }
    }

    /**
     * @param name the chart's name
     * @param title its title, a question
     * @param subtitle model and the like
     * @param caption what the numbers are
     * @param along the common axis
     * @param panels one or more, each with at least one line
     * @return the chart
     * @throws IllegalArgumentException if there is no panel, or no point
     */
    public static Chart of(
            String name, String title, String subtitle, String caption, Along along, List<Panel> panels) {
        List<Panel> all = List.copyOf(panels);
        if (all.isEmpty()
                || all.stream().allMatch(panel -> panel.lines().stream()
                        .allMatch(line -> line.points().isEmpty()))) {
            throw new IllegalArgumentException("the chart " + name + " has no point");
        }
        Fonts.requireUsable();
        return Chart.of(
                name, title, ChartStyle.WIDTH, ChartStyle.HEIGHT, () -> chart(title, subtitle, caption, along, all));
    }

    static JFreeChart chart(String title, String subtitle, String caption, Along along, List<Panel> panels) {
        List<String> names = panels.stream()
                .flatMap(panel -> panel.lines().stream())
                .map(Line::name)
                .distinct()
                .toList();
        List<MethodMark> looks = looks(names);
        NumberAxis axis = along.count() > 0
                ? ChartStyle.wholeAxis(along.label(), along.count())
                : realAxis(along.label(), panels);
        CombinedDomainXYPlot all = ChartStyle.panels(axis);
        for (Panel panel : panels) {
            XYPlot plot = plot(panel, names, looks);
            ChartStyle.shade(plot, along.marked());
            all.add(plot);
        }
        LegendItemCollection legend = new LegendItemCollection();
        for (int i = 0; i < names.size(); i++) {
            legend.add(ChartStyle.lineItem(
                    VisibleText.plain(names.get(i), ChartStyle.label()),
                    looks.get(i).color(),
                    ChartStyle.LINE,
                    looks.get(i).shape(DOT)));
        }
        if (panels.stream().flatMap(panel -> panel.lines().stream()).anyMatch(line -> line.base() != null)) {
            legend.add(
                    ChartStyle.lineItem("without steering", Palette.muted(), ChartStyle.DASHED, ChartStyle.noMark()));
        }
        if (!along.marked().isEmpty()) {
            LegendItem chosen = ChartStyle.shadeItem(along.marked());
            legend.add(chosen);
        }
        return ChartStyle.chart(
                title,
                VisibleText.plain(subtitle, ChartStyle.CAPTION),
                VisibleText.plain(caption, ChartStyle.CAPTION),
                all,
                legend);
    }

    /** Prompt sets are no methods: they get looks in their order, far from each other. */
    private static List<MethodMark> looks(List<String> names) {
        List<MethodMark> looks = new ArrayList<>();
        int[] order = {5, 0, 2, 3, 1, 4, 7, 6};
        for (int i = 0; i < names.size(); i++) {
            looks.add(new MethodMark(order[i % order.length], (i + i / order.length) % 6));
        }
        return looks;
    }

    private static NumberAxis realAxis(String label, List<Panel> panels) {
        double low = xs(panels).min().orElseThrow();
        double high = xs(panels).max().orElseThrow();
        double room = high > low ? 0.02 * (high - low) : 0.5;
        return ChartStyle.valueAxis(label, low - room, high + room);
    }

    private static java.util.stream.DoubleStream xs(List<Panel> panels) {
        return panels.stream()
                .flatMap(panel -> panel.lines().stream())
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::x);
    }

    private static XYPlot plot(Panel panel, List<String> names, List<MethodMark> looks) {
        YIntervalSeriesCollection data = new YIntervalSeriesCollection();
        DeviationRenderer renderer = new DeviationRenderer(true, true);
        OpenPlot plot =
                new OpenPlot(data, null, ChartStyle.valueAxis(panel.label(), panel.low(), panel.high()), renderer);
        for (int i = 0; i < panel.lines().size(); i++) {
            Line line = panel.lines().get(i);
            MethodMark look = looks.get(names.indexOf(line.name()));
            YIntervalSeries series = new YIntervalSeries(line.name(), false, true);
            line.points().forEach(point -> series.add(point.x(), point.y(), point.low(), point.high()));
            data.addSeries(series);
            renderer.setSeriesPaint(i, look.color());
            renderer.setSeriesFillPaint(i, look.color());
            renderer.setSeriesStroke(i, ChartStyle.LINE);
            renderer.setSeriesShape(i, look.shape(line.points().size() > MANY ? DOT / 1.7 : DOT));
            Double base = line.base();
            if (base != null) {
                ValueMarker level = new ValueMarker(base, look.color(), ChartStyle.DASHED);
                level.setAlpha(1);
                plot.addRangeMarker(level, Layer.BACKGROUND);
            }
        }
        renderer.setAlpha(FAINT);
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        return ChartStyle.styled(plot);
    }
}
