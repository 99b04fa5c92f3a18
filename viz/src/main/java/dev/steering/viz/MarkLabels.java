package dev.steering.viz;

import dev.steering.viz.ParetoChart.Mark;
import dev.steering.viz.ParetoChart.Place;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;

/** Names marks beside them, within the frame, and ties each to its place on the test prompts. */
final class MarkLabels extends AbstractXYAnnotation {
    private static final Font LABEL = Fonts.bold(20);
    private static final Font DETAIL = Fonts.regular(17);
    private static final double GAP = 20;
    private static final double LINE = 24;
    private static final Color PAPER = new Color(255, 255, 255, 215);
    private static final BasicStroke TIE = new BasicStroke(1.5f, BasicStroke.CAP_BUTT, 0, 1, new float[] {3, 4}, 0);

    private final transient List<Mark> marks;
    private final transient List<Color> colors;

    MarkLabels(List<Mark> marks, List<Color> colors) {
        this.marks = marks;
        this.colors = colors;
    }

    @Override
    public void draw(
            Graphics2D g,
            XYPlot plot,
            Rectangle2D area,
            ValueAxis domain,
            ValueAxis range,
            int rendererIndex,
            PlotRenderingInfo info) {
        for (int i = 0; i < marks.size(); i++) {
            Mark mark = marks.get(i);
            double x = x(mark.place(), plot, area, domain);
            double y = y(mark.place(), plot, area, range);
            g.setPaint(colors.get(i));
            g.setStroke(TIE);
            g.draw(new Line2D.Double(x, y, x(mark.test(), plot, area, domain), y(mark.test(), plot, area, range)));
            text(g, mark, x, y, area, colors.get(i));
        }
    }

    /** Above and to the right of its place, or on the other side where the frame is in the way. */
    private static void text(Graphics2D g, Mark mark, double x, double y, Rectangle2D area, Color color) {
        double width = Math.max(Fonts.width(mark.label(), LABEL), Fonts.width(mark.detail(), DETAIL));
        double height = mark.detail().isEmpty() ? LINE : 2 * LINE;
        double left = x + GAP + width > area.getMaxX() ? x - GAP - width : x + GAP;
        double top = y - GAP - height < area.getMinY() ? y + GAP : y - GAP - height;
        g.setPaint(PAPER);
        g.fill(new Rectangle2D.Double(left - 6, top - 2, width + 12, height + 6));
        g.setPaint(color);
        g.setFont(LABEL);
        g.drawString(mark.label(), (float) left, (float) (top + 0.8 * LINE));
        if (!mark.detail().isEmpty()) {
            g.setFont(DETAIL);
            g.setPaint(Palette.INK);
            g.drawString(mark.detail(), (float) left, (float) (top + 1.8 * LINE));
        }
    }

    private static double x(Place place, XYPlot plot, Rectangle2D area, ValueAxis domain) {
        return domain.valueToJava2D(100 * place.overRefusal(), area, plot.getDomainAxisEdge());
    }

    private static double y(Place place, XYPlot plot, Rectangle2D area, ValueAxis range) {
        return range.valueToJava2D(100 * place.compliance(), area, plot.getRangeAxisEdge());
    }
}
