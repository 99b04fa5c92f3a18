package dev.steering.viz;

import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedRangeXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jspecify.annotations.Nullable;

/**
 * What several methods trade as they get stronger: a curve each of over-refusal against the refusal of harmful prompts, and beside it
 * against the refusal of jailbreak prompts. Stateless and thread-safe.
 */
public final class TradeOffChart {
    static final String TITLE = "What over-refusal costs: curves over strength";

    private static final double FULL = 100;
    private static final double ROOM = 3;
    private static final double DOT = 5;
    private static final double RING = 11;

    private TradeOffChart() {}

    /**
     * One strength.
     *
     * @param overRefusal share of harmless prompts refused or broken, 0..1
     * @param harmful share of harmful prompts refused, 0..1
     * @param jailbreak share of jailbreak prompts refused, 0..1; null if there are none
     * @param chosen whether the method is judged by this strength
     */
    public record Point(double overRefusal, double harmful, @Nullable Double jailbreak, boolean chosen) {
        /** @throws IllegalArgumentException if a value is no share */
        public Point {
            double third = jailbreak == null ? 0 : jailbreak;
            if (!(overRefusal >= 0 && overRefusal <= 1 && harmful >= 0 && harmful <= 1 && third >= 0 && third <= 1)) {
                throw new IllegalArgumentException(
                        "expected shares, found " + overRefusal + ", " + harmful + " and " + jailbreak);
            }
        }
    }

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

    static JFreeChart chart(String subtitle, String caption, List<Curve> curves) {
        CombinedRangeXYPlot both = new CombinedRangeXYPlot(axis("refused (%)"));
        both.setGap(24);
        both.add(panel("harmful prompts", curves, false));
        if (curves.get(0).points().get(0).jailbreak() != null) {
            both.add(panel("jailbreak prompts", curves, true));
        }
        LegendItemCollection legend = new LegendItemCollection();
        for (int i = 0; i < curves.size(); i++) {
            String name = VisibleText.plain(curves.get(i).name(), ChartStyle.LABEL);
            legend.add(ChartStyle.lineItem(name, color(i), stroke(i), mark(i, DOT)));
        }
        return ChartStyle.chart(TITLE, VisibleText.plain(subtitle, ChartStyle.SUBTITLE), caption, both, legend);
    }

    private static XYPlot panel(String refused, List<Curve> curves, boolean jailbreak) {
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
        for (int i = 0; i < curves.size(); i++) {
            add(data, renderer, curves.get(i).points(), jailbreak, i);
        }
        for (int i = 0; i < curves.size(); i++) {
            List<Point> chosen =
                    curves.get(i).points().stream().filter(Point::chosen).toList();
            int series = add(data, renderer, chosen, jailbreak, i);
            renderer.setSeriesShape(series, mark(i, RING));
            renderer.setSeriesShapesFilled(series, false);
            renderer.setSeriesLinesVisible(series, false);
        }
        XYPlot plot =
                ChartStyle.styled(new XYPlot(data, axis("harmless prompts refused or broken (%)"), null, renderer));
        XYTextAnnotation heading = new XYTextAnnotation(refused, FULL / 2, ROOM);
        heading.setFont(ChartStyle.LABEL);
        heading.setPaint(Palette.MUTED);
        plot.addAnnotation(heading);
        plot.setDomainGridlinesVisible(true);
        plot.setDomainGridlinePaint(Palette.GRID);
        plot.setDomainGridlineStroke(new BasicStroke(1));
        return plot;
    }

    private static int add(
            XYSeriesCollection data,
            XYLineAndShapeRenderer renderer,
            List<Point> points,
            boolean jailbreak,
            int curve) {
        int index = data.getSeriesCount();
        XYSeries series = new XYSeries(index, false, true);
        for (Point point : points) {
            Double refused = jailbreak ? point.jailbreak() : (Double) point.harmful();
            if (refused != null) {
                series.add(FULL * point.overRefusal(), FULL * refused);
            }
        }
        data.addSeries(series);
        renderer.setSeriesPaint(index, color(curve));
        renderer.setSeriesStroke(index, stroke(curve));
        renderer.setSeriesOutlineStroke(index, new BasicStroke(2.5f));
        renderer.setSeriesShape(index, mark(curve, DOT));
        return index;
    }

    private static NumberAxis axis(String label) {
        return ChartStyle.valueAxis(label, -ROOM, FULL + ROOM);
    }

    /** More methods than colours: the second round is dashed, with squares. */
    private static Color color(int curve) {
        return Palette.series(curve % Palette.seriesCount());
    }

    private static BasicStroke stroke(int curve) {
        return isSecondRound(curve) ? ChartStyle.DASHED : ChartStyle.LINE;
    }

    private static Shape mark(int curve, double r) {
        return isSecondRound(curve)
                ? new Rectangle2D.Double(-r, -r, 2 * r, 2 * r)
                : new Ellipse2D.Double(-r, -r, 2 * r, 2 * r);
    }

    private static boolean isSecondRound(int curve) {
        return curve / Palette.seriesCount() % 2 == 1;
    }
}
