package dev.steering.viz;

import dev.steering.viz.internal.ChartCsv;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Frame;
import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.MethodMark;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.Picture;
import dev.steering.viz.internal.Sheet;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** Activations of two classes of prompts in the plane of their first two principal components, a small picture for each of some layers. */
public final class PlaneChart {
    static final String TITLE = "Do harmful and harmless prompts lie apart?";

    private PlaneChart() {}

    /**
     * A prompt.
     *
     * @param x its first component
     * @param y its second component
     * @param harmful its class
     */
    public record Dot(double x, double y, boolean harmful) {}

    /**
     * A layer.
     *
     * @param layer which
     * @param share of the variance that the two components have, 0..1
     * @param dots the prompts
     */
    public record Plane(int layer, double share, List<Dot> dots) {
        public Plane {
            dots = List.copyOf(dots);
        }
    }

    /**
     * @param subtitle model and the like
     * @param planes the layers, at least one
     * @return the chart {@code planes}
     * @throws IllegalArgumentException if there is no layer
     */
    public static Chart of(String subtitle, List<Plane> planes) {
        if (planes.isEmpty()) {
            throw new IllegalArgumentException("expected at least one layer");
        }
        List<Plane> all = List.copyOf(planes);
        Fonts.requireUsable();
        return Chart.drawn("planes", TITLE, () -> new Planes(subtitle, all));
    }

    private static final class Planes implements Picture {
        private static final int MARGIN = 14;
        private static final int GAP = 18;
        private static final int HEAD = 30;
        private static final double LEAST = 230;
        private static final double MOST = 420;
        private static final double ROOM = 0.06;

        private final List<Plane> planes;
        private final Frame frame;
        private final int columns;
        private final double side;
        private final MethodMark harmful = new MethodMark(5, 2);
        private final MethodMark harmless = new MethodMark(0, 0);

        Planes(String subtitle, List<Plane> planes) {
            this.planes = planes;
            this.frame = new Frame(
                    TITLE,
                    subtitle,
                    "First two principal components of the last prompt token's activations, each layer by itself; both axes of a layer have one scale.");
            double width = Look.current().width() - 2.0 * MARGIN;
            this.columns = Math.max(1, Math.min(planes.size(), (int) ((width + GAP) / (LEAST + GAP))));
            this.side = Math.min(MOST, (width - (columns - 1.0) * GAP) / columns);
        }

        private double bottom() {
            int rows = (planes.size() + columns - 1) / columns;
            return frame.top() + HEAD + rows * (side + HEAD + GAP) - GAP;
        }

        @Override
        public int height() {
            return frame.height(bottom());
        }

        @Override
        public void draw(Graphics2D g) {
            frame.draw(g, bottom());
            legend(g);
            for (int i = 0; i < planes.size(); i++) {
                int row = i / columns;
                plane(
                        g,
                        planes.get(i),
                        MARGIN + (i % columns) * (side + GAP),
                        frame.top() + HEAD + row * (side + HEAD + GAP));
            }
        }

        private void legend(Graphics2D g) {
            double x = MARGIN + 8;
            for (boolean bad : new boolean[] {true, false}) {
                String name = bad ? "to be refused" : "to be answered";
                mark(g, bad, x, frame.top() + HEAD / 2.0);
                Sheet.left(g, name, Sheet.PLAIN, Palette.ink(), x + 14, frame.top(), HEAD);
                x += 14 + Fonts.width(name, Sheet.PLAIN) + 28;
            }
        }

        private void mark(Graphics2D g, boolean bad, double x, double y) {
            MethodMark mark = bad ? harmful : harmless;
            g.setPaint(Palette.faint(mark.color(), 190));
            g.fill(AffineTransform.getTranslateInstance(x, y).createTransformedShape(mark.shape(4.5)));
        }

        private void plane(Graphics2D g, Plane plane, double left, double top) {
            String name = "layer " + plane.layer() + ": " + Math.round(100 * plane.share()) + " % of variance";
            Sheet.left(g, name, Sheet.PLAIN, Palette.ink(), left, top, HEAD);
            double y = top + HEAD;
            g.setPaint(Palette.grid());
            g.setStroke(new BasicStroke(1));
            g.draw(new Rectangle2D.Double(left, y, side, side));
            double[] x = range(plane.dots().stream().mapToDouble(Dot::x).toArray());
            double[] up = range(plane.dots().stream().mapToDouble(Dot::y).toArray());
            double span = Math.max(Math.max(x[1] - x[0], up[1] - up[0]), 1e-12) * (1 + 2 * ROOM);
            for (Dot dot : plane.dots()) {
                double atX = left + side * (0.5 + (dot.x() - (x[0] + x[1]) / 2) / span);
                double atY = y + side * (0.5 - (dot.y() - (up[0] + up[1]) / 2) / span);
                mark(g, dot.harmful(), atX, atY);
            }
        }

        private static double[] range(double[] values) {
            double low = java.util.Arrays.stream(values).min().orElse(0);
            double high = java.util.Arrays.stream(values).max().orElse(0);
            return new double[] {low, high};
        }

        @Override
        public String csv() {
            List<List<String>> table = new ArrayList<>();
            table.add(List.of("row", "layer", "class", "component 1", "component 2"));
            for (Plane plane : planes) {
                int row = 0;
                for (Dot dot : plane.dots()) {
                    table.add(List.of(
                            Integer.toString(row++),
                            Integer.toString(plane.layer()),
                            dot.harmful() ? "to be refused" : "to be answered",
                            ChartCsv.number(dot.x()),
                            ChartCsv.number(dot.y())));
                }
            }
            return ChartCsv.of(table);
        }
    }
}
