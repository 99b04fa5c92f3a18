package dev.steering.viz.internal;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeriesCollection;

/** One panel of lines over the layers, a mark at each layer. */
public final class LayerLines {
    private final XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
    private int series;

    /** Says how the next series of the data is drawn. */
    public LayerLines add(Color color, BasicStroke stroke, Shape mark) {
        renderer.setSeriesPaint(series, color);
        renderer.setSeriesStroke(series, stroke);
        renderer.setSeriesShape(series, mark);
        series++;
        return this;
    }

    /** @return the panel; its layer axis is the one of the chart that it becomes a part of */
    public XYPlot plot(XYSeriesCollection data, NumberAxis values) {
        for (int s = 0; s < data.getSeriesCount(); s++) {
            // A line of one point is nothing: it gets a mark.
            if (data.getItemCount(s) == 1
                    && renderer.getSeriesShape(s).getBounds2D().isEmpty()) {
                renderer.setSeriesShape(s, ChartStyle.dot(1));
            }
        }
        return ChartStyle.styled(new OpenPlot(data, null, values, renderer));
    }

    /** @return an axis from 0 to the highest value, with room for the marks at both ends */
    public static NumberAxis axis(String label, XYSeriesCollection data) {
        double top = highest(data);
        return ChartStyle.valueAxis(label, 0, 1.05 * top);
    }

    private static double highest(XYSeriesCollection data) {
        double highest = 0;
        for (int s = 0; s < data.getSeriesCount(); s++) {
            for (int i = 0; i < data.getItemCount(s); i++) {
                double y = data.getYValue(s, i);
                highest = Double.isFinite(y) ? Math.max(highest, y) : highest;
            }
        }
        return highest == 0 ? 1 : highest;
    }
}
