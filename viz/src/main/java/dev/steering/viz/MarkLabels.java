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
    private static final Font FONT = Fonts.bold(19);
    private static final double GAP = 22;
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
            g.setFont(FONT);
            double width = Fonts.width(mark.label(), FONT);
            double left = x + GAP + width > area.getMaxX() ? x - GAP - width : x + GAP;
            double base = y - GAP < area.getMinY() + FONT.getSize() ? y + GAP + FONT.getSize() : y - GAP;
            g.drawString(mark.label(), (float) left, (float) base);
        }
    }

    private static double x(Place place, XYPlot plot, Rectangle2D area, ValueAxis domain) {
        return domain.valueToJava2D(100 * place.overRefusal(), area, plot.getDomainAxisEdge());
    }

    private static double y(Place place, XYPlot plot, Rectangle2D area, ValueAxis range) {
        return range.valueToJava2D(100 * place.compliance(), area, plot.getRangeAxisEdge());
    }
}
