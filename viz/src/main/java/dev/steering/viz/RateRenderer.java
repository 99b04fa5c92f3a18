package dev.steering.viz;

import dev.steering.viz.RateChart.Rate;
import dev.steering.viz.RateChart.Series;
import dev.steering.viz.internal.Fonts;
import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.CategoryItemRendererState;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.CategoryDataset;

/** Bars with the interval as a whisker and, above it, the percentage and the count. */
final class RateRenderer extends BarRenderer {
    private static final double WIDEST_BAR = 0.07;
    private static final int LARGEST_LABEL = 18;
    private static final int SMALLEST_LABEL = 11;
    private static final int GAP_LABEL = 15;

    private final transient List<Series> series;
    private final transient List<String> kinds;

    RateRenderer(List<Series> series, List<String> kinds) {
        this.series = series;
        this.kinds = kinds;
        setBarPainter(new StandardBarPainter());
        setShadowVisible(false);
        setItemMargin(0.05);
        setMaximumBarWidth(WIDEST_BAR);
        setDrawBarOutline(true);
        setDefaultOutlinePaint(Palette.MUTED);
    }

    @Override
    public void drawItem(
            Graphics2D g,
            CategoryItemRendererState state,
            Rectangle2D area,
            CategoryPlot plot,
            CategoryAxis domain,
            ValueAxis range,
            CategoryDataset data,
            int row,
            int column,
            int pass) {
        super.drawItem(g, state, area, plot, domain, range, data, row, column, pass);
        double barWidth = state.getBarWidth();
        double x = calculateBarW0(plot, plot.getOrientation(), area, domain, state, row, column) + barWidth / 2;
        Rate rate = series.get(row).rates().get(kinds.get(column));
        if (rate == null) {
            g.setPaint(Palette.MUTED);
            centred(g, "n/a", Fonts.regular(GAP_LABEL), x, area.getMaxY() - 6);
            return;
        }
        double low = range.valueToJava2D(100 * Math.max(0, rate.low()), area, plot.getRangeAxisEdge());
        double high = range.valueToJava2D(100 * Math.min(1, rate.high()), area, plot.getRangeAxisEdge());
        whisker(g, x, low, high, barWidth / 5);
        label(g, rate, x, high - 6, labelSize(barWidth));
    }

    private static void whisker(Graphics2D g, double x, double low, double high, double half) {
        g.setPaint(Palette.INK);
        g.setStroke(new BasicStroke(2));
        g.draw(new Line2D.Double(x, low, x, high));
        g.draw(new Line2D.Double(x - half, low, x + half, low));
        g.draw(new Line2D.Double(x - half, high, x + half, high));
    }

    /** The largest size in which every label is as narrow as a bar: one size for the whole chart. */
    private int labelSize(double barWidth) {
        double widest = 1;
        for (Series s : series) {
            for (Rate rate : s.rates().values()) {
                widest = Math.max(widest, Fonts.width(percent(rate), Fonts.bold(LARGEST_LABEL)));
                widest = Math.max(widest, Fonts.width(count(rate), Fonts.regular(LARGEST_LABEL)));
            }
        }
        int fitting = (int) (LARGEST_LABEL * barWidth / widest);
        return Math.max(SMALLEST_LABEL, Math.min(LARGEST_LABEL, fitting));
    }

    private static void label(Graphics2D g, Rate rate, double x, double bottom, int size) {
        g.setPaint(Palette.INK);
        centred(g, count(rate), Fonts.regular(size), x, bottom);
        centred(g, percent(rate), Fonts.bold(size), x, bottom - size * 1.15);
    }

    private static String percent(Rate rate) {
        return Math.round(100 * rate.share()) + " %";
    }

    private static String count(Rate rate) {
        return rate.refused() + "/" + rate.n();
    }

    private static void centred(Graphics2D g, String text, Font font, double x, double y) {
        g.setFont(font);
        g.drawString(text, (float) (x - Fonts.width(text, font) / 2), (float) y);
    }
}
