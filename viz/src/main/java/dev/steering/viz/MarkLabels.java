package dev.steering.viz;

import dev.steering.viz.ParetoChart.Mark;
import dev.steering.viz.ParetoChart.Place;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Palette;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;

/** Names marks near them, where no mark, front or other name is in the way, and ties each mark to its place on the test prompts. */
final class MarkLabels extends AbstractXYAnnotation {
    private static final Font LABEL = Fonts.bold(20);
    private static final Font DETAIL = Fonts.regular(17);
    private static final double LINE = 24;
    /** Half the size of what must stay free around a mark, in pixels. */
    private static final double MARK = 16;

    private static final double NEAR = 20;
    private static final double[] DISTANCES = {NEAR, 60, 110, 170, 240};
    private static final BasicStroke THIN = new BasicStroke(1);
    private static final BasicStroke TIE = new BasicStroke(1.5f, BasicStroke.CAP_BUTT, 0, 1, new float[] {3, 4}, 0);

    private final transient List<Mark> marks;
    private final transient List<Color> colors;
    private final transient List<Place> front;

    MarkLabels(List<Mark> marks, List<Color> colors, List<Place> front) {
        this.marks = marks;
        this.colors = colors;
        this.front = front;
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
        List<Rectangle2D> taken = new ArrayList<>();
        for (int i = 0; i < front.size(); i++) {
            Point2D here = at(front.get(i), plot, area, domain, range);
            taken.add(around(here));
            Point2D next = at(front.get(Math.min(i + 1, front.size() - 1)), plot, area, domain, range);
            taken.add(box(here.getX(), here.getY(), next.getX(), here.getY()));
            taken.add(box(next.getX(), here.getY(), next.getX(), next.getY()));
        }
        for (Mark mark : marks) {
            taken.add(around(at(mark.place(), plot, area, domain, range)));
            taken.add(around(at(mark.test(), plot, area, domain, range)));
        }
        for (int i = 0; i < marks.size(); i++) {
            Point2D place = at(marks.get(i).place(), plot, area, domain, range);
            g.setPaint(colors.get(i));
            g.setStroke(TIE);
            g.draw(new Line2D.Double(place, at(marks.get(i).test(), plot, area, domain, range)));
            Rectangle2D label = free(marks.get(i), place, area, taken);
            taken.add(label);
            text(g, marks.get(i), place, label, colors.get(i));
        }
    }

    private static Point2D at(Place place, XYPlot plot, Rectangle2D area, ValueAxis domain, ValueAxis range) {
        return new Point2D.Double(
                domain.valueToJava2D(100 * place.overRefusal(), area, plot.getDomainAxisEdge()),
                range.valueToJava2D(100 * place.compliance(), area, plot.getRangeAxisEdge()));
    }

    private static Rectangle2D around(Point2D point) {
        return new Rectangle2D.Double(point.getX() - MARK, point.getY() - MARK, 2 * MARK, 2 * MARK);
    }

    private static Rectangle2D box(double x1, double y1, double x2, double y2) {
        Rectangle2D box = new Rectangle2D.Double();
        box.setFrameFromDiagonal(
                Math.min(x1, x2) - 2, Math.min(y1, y2) - 2, Math.max(x1, x2) + 2, Math.max(y1, y2) + 2);
        return box;
    }

    /** The nearest place within the frame that nothing is in the way of; the one with the least in the way if there is none. */
    private static Rectangle2D free(Mark mark, Point2D place, Rectangle2D area, List<Rectangle2D> taken) {
        double width = Math.max(Fonts.width(mark.label(), LABEL), Fonts.width(mark.detail(), DETAIL));
        double height = mark.detail().isEmpty() ? LINE : 2 * LINE;
        Rectangle2D best = new Rectangle2D.Double(
                Math.min(place.getX() + NEAR, area.getMaxX() - width),
                Math.max(place.getY() - NEAR - height, area.getMinY()),
                width,
                height);
        long least = Long.MAX_VALUE;
        for (double distance : DISTANCES) {
            for (double top : new double[] {place.getY() - distance - height, place.getY() + distance}) {
                for (double left :
                        new double[] {place.getX() + NEAR, place.getX() - NEAR - width, place.getX() - width / 2}) {
                    Rectangle2D label = new Rectangle2D.Double(left, top, width, height);
                    long collisions = taken.stream().filter(label::intersects).count();
                    if (area.contains(label) && collisions < least) {
                        best = label;
                        least = collisions;
                    }
                }
            }
        }
        return best;
    }

    private static void text(Graphics2D g, Mark mark, Point2D place, Rectangle2D label, Color color) {
        g.setPaint(Palette.faint(Palette.background(), 215));
        g.fill(new Rectangle2D.Double(label.getX() - 4, label.getY() - 2, label.getWidth() + 8, label.getHeight() + 4));
        g.setPaint(color);
        g.setStroke(THIN);
        double nearX = Math.max(label.getMinX(), Math.min(place.getX(), label.getMaxX()));
        double nearY = place.getY() > label.getMaxY() ? label.getMaxY() + 2 : label.getMinY() - 2;
        if (place.distance(nearX, nearY) > 1.5 * NEAR) {
            g.draw(new Line2D.Double(place.getX(), place.getY(), nearX, nearY));
        }
        g.setFont(LABEL);
        g.drawString(mark.label(), (float) label.getX(), (float) (label.getY() + 0.8 * LINE));
        if (!mark.detail().isEmpty()) {
            g.setFont(DETAIL);
            g.setPaint(Palette.ink());
            g.drawString(mark.detail(), (float) label.getX(), (float) (label.getY() + 1.8 * LINE));
        }
    }
}
