package dev.steering.viz;

import dev.steering.viz.TradeOffChart.Curve;
import dev.steering.viz.TradeOffChart.Point;
import dev.steering.viz.TradeOffChart.Share;
import dev.steering.viz.internal.ChartCsv;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Frame;
import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.MethodMark;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.Picture;
import dev.steering.viz.internal.Sheet;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A small picture for each method: refused of harmful and of jailbreak prompts against refused of harmless ones, strength by strength, with
 * a band as wide as both intervals; the other methods in grey.
 */
final class MethodCurves implements Picture {
    static final String TITLE = "What does each method trade, and how sure is it?";

    private static final int MARGIN = 14;
    private static final int GAP = 18;
    private static final int HEAD = 28;
    private static final int TICKS = 24;
    private static final double LEAST = 150;
    private static final double MOST = 330;
    private static final double DOT = 4;
    private static final double RING = 9;
    private static final int FAINT = 46;
    private static final int GREY = 105;
    /** Between a name and its picture, for marks and rings at the upper edge. */
    private static final int LIFT = 10;

    private static final BasicStroke LINE = new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final BasicStroke DASHED =
            new BasicStroke(2.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0);
    private static final BasicStroke THIN = new BasicStroke(1.2f);

    private final List<Curve> curves;
    private final List<MethodMark> looks;
    private final boolean jailbreaks;
    private final Frame frame;
    private final double left;
    private final int columns;
    private final double side;

    MethodCurves(String subtitle, String caption, List<Curve> curves) {
        this.curves = curves;
        this.looks = MethodMark.of(curves.stream().map(Curve::name).toList());
        this.jailbreaks =
                curves.stream().flatMap(curve -> curve.points().stream()).anyMatch(point -> point.jailbreak() != null);
        this.frame = new Frame(TITLE, subtitle, caption);
        this.left = MARGIN + Fonts.width("100", Sheet.PLAIN) + 8;
        double width = Look.current().width() - left - MARGIN - GAP;
        this.columns = Math.max(1, Math.min(curves.size(), (int) ((width + GAP) / (LEAST + GAP))));
        this.side = Math.min(MOST, (width - (columns - 1.0) * GAP) / columns);
    }

    private int rows() {
        return (curves.size() + columns - 1) / columns;
    }

    private List<String> axes() {
        return Sheet.lines(
                "Across: harmless prompts refused or broken (%). Upwards, refused (%):",
                Sheet.PLAIN, Look.current().width() - 2.0 * MARGIN);
    }

    private double top() {
        return frame.top() + Sheet.height(axes(), Sheet.PLAIN) + HEAD + 6;
    }

    private double rowTop(int row) {
        return top() + row * (HEAD + LIFT + side + GAP) + HEAD + LIFT;
    }

    private double bottom() {
        return rowTop(rows() - 1) + side + TICKS + 4;
    }

    @Override
    public int height() {
        return frame.height(bottom());
    }

    @Override
    public void draw(Graphics2D g) {
        frame.draw(g, bottom());
        legend(g);
        for (int i = 0; i < curves.size(); i++) {
            int column = i % columns;
            int row = i / columns;
            boolean lowest = i + columns >= curves.size();
            panel(g, i, left + column * (side + GAP), rowTop(row), column == 0, lowest);
        }
    }

    private void legend(Graphics2D g) {
        double y = frame.top();
        for (String line : axes()) {
            Sheet.left(g, line, Sheet.PLAIN, Palette.muted(), MARGIN, y, 1.35 * Look.SMALLEST);
            y += 1.35 * Look.SMALLEST;
        }
        double x = key(g, MARGIN, y, LINE, "harmful prompts");
        if (jailbreaks) {
            x = key(g, x, y, DASHED, "jailbreaks");
        }
        String chosen = "judged by";
        if (x + 26 + Fonts.width(chosen, Sheet.PLAIN) < Look.current().width() - MARGIN) {
            g.setPaint(Palette.ink());
            g.setStroke(LINE);
            g.draw(new Ellipse2D.Double(x + 8 - RING, y + HEAD / 2.0 - RING, 2 * RING, 2 * RING));
            Sheet.left(g, chosen, Sheet.PLAIN, Palette.ink(), x + 24, y, HEAD);
        }
    }

    private static double key(Graphics2D g, double x, double y, BasicStroke stroke, String name) {
        g.setPaint(Palette.ink());
        g.setStroke(stroke);
        g.draw(new Line2D.Double(x, y + HEAD / 2.0, x + 34, y + HEAD / 2.0));
        Sheet.left(g, name, Sheet.PLAIN, Palette.ink(), x + 42, y, HEAD);
        return x + 42 + Fonts.width(name, Sheet.PLAIN) + 22;
    }

    private void panel(Graphics2D g, int own, double x, double y, boolean first, boolean lowest) {
        Rectangle2D box = new Rectangle2D.Double(x, y, side, side);
        String name = VisibleText.plain(curves.get(own).name(), Sheet.PLAIN);
        Color color = looks.get(own).color();
        g.setPaint(color);
        g.fill(AffineTransform.getTranslateInstance(x + 7, y - LIFT - HEAD / 2.0)
                .createTransformedShape(looks.get(own).shape(6)));
        Sheet.left(
                g,
                VisibleText.elide(name, Sheet.PLAIN, side - 22),
                Sheet.PLAIN,
                Palette.ink(),
                x + 20,
                y - LIFT - HEAD,
                HEAD);
        grid(g, box, first, lowest);
        for (int other = 0; other < curves.size(); other++) {
            if (other != own) {
                g.setPaint(Palette.faint(Palette.muted(), GREY));
                g.setStroke(THIN);
                g.draw(line(box, curves.get(other).points(), Point::harmful));
            }
        }
        List<Point> points = curves.get(own).points();
        if (jailbreaks) {
            curve(g, box, points, Point::jailbreak, color, DASHED, looks.get(own), false);
        }
        curve(g, box, points, Point::harmful, color, LINE, looks.get(own), true);
    }

    private void grid(Graphics2D g, Rectangle2D box, boolean first, boolean lowest) {
        g.setStroke(new BasicStroke(1));
        for (int tick = 0; tick <= 100; tick += 50) {
            double atX = box.getX() + side * tick / 100;
            double atY = box.getMaxY() - side * tick / 100;
            g.setPaint(Palette.grid());
            g.draw(new Line2D.Double(atX, box.getY(), atX, box.getMaxY()));
            g.draw(new Line2D.Double(box.getX(), atY, box.getMaxX(), atY));
            String number = Integer.toString(tick);
            if (first) {
                Sheet.right(g, number, Sheet.PLAIN, Palette.muted(), box.getX() - 6, atY - TICKS / 2.0, TICKS);
            }
            if (lowest) {
                double half = Fonts.width(number, Sheet.PLAIN) / 2;
                double middle = tick == 100 ? box.getMaxX() - half + 4 : tick == 0 ? box.getX() + half : atX;
                Sheet.middle(g, number, Sheet.PLAIN, Palette.muted(), middle, box.getMaxY() + 2, TICKS);
            }
        }
    }

    private static double x(Rectangle2D box, double share) {
        return box.getX() + box.getWidth() * share;
    }

    private static double y(Rectangle2D box, double share) {
        return box.getMaxY() - box.getHeight() * share;
    }

    private static Path2D line(Rectangle2D box, List<Point> points, Function<Point, @Nullable Share> refused) {
        Path2D path = new Path2D.Double();
        for (Point point : points) {
            Share share = refused.apply(point);
            if (share != null) {
                double atX = x(box, point.overRefusal().value());
                double atY = y(box, share.value());
                if (path.getCurrentPoint() == null) {
                    path.moveTo(atX, atY);
                } else {
                    path.lineTo(atX, atY);
                }
            }
        }
        return path;
    }

    private static void curve(
            Graphics2D g,
            Rectangle2D box,
            List<Point> points,
            Function<Point, @Nullable Share> refused,
            Color color,
            BasicStroke stroke,
            MethodMark look,
            boolean filled) {
        g.setPaint(Palette.faint(color, FAINT));
        g.fill(band(box, points, refused));
        g.setPaint(color);
        g.setStroke(stroke);
        g.draw(line(box, points, refused));
        for (Point point : points) {
            Share share = refused.apply(point);
            if (share == null) {
                continue;
            }
            AffineTransform there = AffineTransform.getTranslateInstance(
                    x(box, point.overRefusal().value()), y(box, share.value()));
            Shape mark = there.createTransformedShape(look.shape(DOT));
            g.setPaint(filled ? color : Palette.background());
            g.fill(mark);
            g.setPaint(color);
            g.setStroke(THIN);
            g.draw(mark);
            if (point.chosen()) {
                g.setStroke(LINE);
                g.draw(there.createTransformedShape(new Ellipse2D.Double(-RING, -RING, 2 * RING, 2 * RING)));
            }
        }
    }

    /** Around every point what both intervals leave open, and between neighbours what lies between these. */
    private static Area band(Rectangle2D box, List<Point> points, Function<Point, @Nullable Share> refused) {
        Area band = new Area();
        double @Nullable [] before = null;
        for (Point point : points) {
            Share share = refused.apply(point);
            if (share == null) {
                continue;
            }
            Share over = point.overRefusal();
            double[] here = {
                x(box, over.low()), y(box, share.high()), x(box, over.high()), y(box, share.low()),
            };
            band.add(new Area(hull(here, before == null ? here : before)));
            before = here;
        }
        band.intersect(new Area(box));
        return band;
    }

    /** The smallest convex shape around two rectangles: of each side the outermost corners in turn. */
    private static Path2D hull(double[] a, double[] b) {
        List<double[]> corners = new ArrayList<>();
        for (double[] one : List.of(a, b)) {
            corners.add(new double[] {one[0], one[1]});
            corners.add(new double[] {one[2], one[1]});
            corners.add(new double[] {one[2], one[3]});
            corners.add(new double[] {one[0], one[3]});
        }
        corners.sort((p, q) -> p[0] != q[0] ? Double.compare(p[0], q[0]) : Double.compare(p[1], q[1]));
        List<double[]> around = new ArrayList<>(half(corners));
        List<double[]> back = new ArrayList<>(corners);
        java.util.Collections.reverse(back);
        around.addAll(half(back));
        Path2D path = new Path2D.Double();
        path.moveTo(around.get(0)[0], around.get(0)[1]);
        around.forEach(corner -> path.lineTo(corner[0], corner[1]));
        path.closePath();
        return path;
    }

    /** Andrew's monotone chain. */
    private static List<double[]> half(List<double[]> corners) {
        List<double[]> chain = new ArrayList<>();
        for (double[] corner : corners) {
            while (chain.size() > 1 && turn(chain.get(chain.size() - 2), chain.get(chain.size() - 1), corner) <= 0) {
                chain.remove(chain.size() - 1);
            }
            chain.add(corner);
        }
        return chain;
    }

    private static double turn(double[] a, double[] b, double[] c) {
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    }

    @Override
    public String csv() {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of(
                "row",
                "method",
                "strength",
                "chosen",
                "prompts",
                "over-refusal",
                "over-refusal low",
                "over-refusal high",
                "refusal",
                "refusal low",
                "refusal high"));
        int row = 0;
        for (Curve curve : curves) {
            for (Point point : curve.points()) {
                table.add(line(row, curve.name(), point, "harmful", point.harmful()));
                Share jailbreak = point.jailbreak();
                if (jailbreak != null) {
                    table.add(line(row, curve.name(), point, "jailbreak", jailbreak));
                }
                row++;
            }
        }
        return ChartCsv.of(table);
    }

    private static List<String> line(int row, String method, Point point, String prompts, Share refused) {
        Double strength = point.strength();
        Share over = point.overRefusal();
        return List.of(
                Integer.toString(row),
                method,
                strength == null ? "" : ChartCsv.number(strength),
                Boolean.toString(point.chosen()),
                prompts,
                ChartCsv.number(over.value()),
                ChartCsv.number(over.low()),
                ChartCsv.number(over.high()),
                ChartCsv.number(refused.value()),
                ChartCsv.number(refused.low()),
                ChartCsv.number(refused.high()));
    }
}
