package dev.steering.viz.internal;

import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CrosshairState;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.data.xy.XYDataset;
import org.jspecify.annotations.Nullable;

/** A plot whose marks are whole at its border: an axis can begin at the 0 of what it measures. */
public final class OpenPlot extends XYPlot {
    private static final double OVER = 14;

    /** As {@link XYPlot}. */
    public OpenPlot(
            @Nullable XYDataset data,
            @Nullable ValueAxis domain,
            @Nullable ValueAxis range,
            @Nullable XYItemRenderer renderer) {
        super(data, domain, range, renderer);
    }

    @Override
    public boolean render(
            Graphics2D g,
            Rectangle2D area,
            int index,
            @Nullable PlotRenderingInfo info,
            @Nullable CrosshairState crosshair) {
        Shape clip = g.getClip();
        g.setClip(new Rectangle2D.Double(
                area.getX() - OVER, area.getY() - OVER, area.getWidth() + 2 * OVER, area.getHeight() + 2 * OVER));
        boolean found = super.render(g, area, index, info, crosshair);
        g.setClip(clip);
        return found;
    }
}
