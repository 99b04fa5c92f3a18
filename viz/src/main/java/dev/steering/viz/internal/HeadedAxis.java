package dev.steering.viz.internal;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.ui.RectangleEdge;

/** An axis whose name, if it is upright, is written over it from left to right, and with as many numbers as there is room for. */
public final class HeadedAxis extends NumberAxis {
    /** Room that a plot needs above for the name. */
    public static final double ROOM = 38;

    private static final double UPRIGHT = 44;
    private static final double LEVEL = 92;
    private static final double DIGIT = 11;
    private static final int MOST = 6;

    private final int layers;

    private HeadedAxis(String label, int layers) {
        super(label);
        this.layers = layers;
    }

    /** @return an axis of real numbers */
    public static HeadedAxis ofValues(String label, double low, double high) {
        HeadedAxis axis = new HeadedAxis(label, 0);
        axis.setRange(low, high);
        axis.setTickUnit(Ticks.ofSpan(high - low, MOST));
        return axis;
    }

    /** @return an axis of whole numbers from 0, with half of one at both ends */
    public static HeadedAxis ofWhole(String label, int count) {
        HeadedAxis axis = new HeadedAxis(label, count);
        axis.setRange(-0.5, count - 0.5);
        axis.setTickUnit(Ticks.ofLayers(count, 32));
        return axis;
    }

    @Override
    protected Rectangle2D getLabelEnclosure(Graphics2D g, RectangleEdge edge) {
        return RectangleEdge.isLeftOrRight(edge) ? new Rectangle2D.Double() : super.getLabelEnclosure(g, edge);
    }

    @Override
    protected AxisState drawLabel(
            String label,
            Graphics2D g,
            Rectangle2D plotArea,
            Rectangle2D dataArea,
            RectangleEdge edge,
            AxisState state) {
        if (!RectangleEdge.isLeftOrRight(edge)) {
            return super.drawLabel(label, g, plotArea, dataArea, edge, state);
        }
        String shown = VisibleText.elide(label, getLabelFont(), dataArea.getWidth());
        g.setFont(getLabelFont());
        g.setPaint(getLabelPaint());
        g.drawString(shown, (float) dataArea.getMinX(), (float) dataArea.getMinY() - 15);
        return state;
    }

    @Override
    @SuppressWarnings("rawtypes") // JFreeChart's
    public List refreshTicks(Graphics2D g, AxisState state, Rectangle2D dataArea, RectangleEdge edge) {
        boolean upright = RectangleEdge.isLeftOrRight(edge);
        double length = upright ? dataArea.getHeight() : dataArea.getWidth();
        if (layers > 0) {
            double each = upright
                    ? UPRIGHT / 1.6
                    : DIGIT * Integer.toString(layers - 1).length() + 14;
            setTickUnit(Ticks.ofLayers(layers, Math.max(2, (int) (length / each))), false, false);
        } else {
            int most = Math.max(2, Math.min(MOST, (int) (length / (upright ? UPRIGHT : LEVEL))));
            setTickUnit(Ticks.ofSpan(getRange().getLength(), most), false, false);
        }
        return super.refreshTicks(g, state, dataArea, edge);
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other) && other instanceof HeadedAxis axis && axis.layers == layers;
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + layers;
    }
}
