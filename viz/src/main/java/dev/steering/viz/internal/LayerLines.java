package dev.steering.viz.internal;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.data.xy.IntervalXYDataset;

/** One panel of lines over the layers, a mark at each layer, with a band where the data have intervals. */
public final class LayerLines {
    private final DeviationRenderer renderer = new DeviationRenderer(true, true);
    private static final float FAINT = 0.16f;

    private int series;

    /** Says how the next series of the data is drawn. */
    public LayerLines add(Color color, BasicStroke stroke, Shape mark) {
        renderer.setSeriesPaint(series, color);
        renderer.setSeriesFillPaint(series, color);
        renderer.setSeriesStroke(series, stroke);
        renderer.setSeriesShape(series, mark);
        series++;
        return this;
    }

    /** @return the panel; its layer axis is the one of the chart that it becomes a part of */
    public XYPlot plot(IntervalXYDataset data, NumberAxis values) {
        renderer.setAlpha(FAINT);
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
    public static NumberAxis axis(String label, IntervalXYDataset data) {
        double top = highest(data);
        return ChartStyle.valueAxis(label, 0, 1.05 * top);
    }

    private static double highest(IntervalXYDataset data) {
        double highest = 0;
        for (int s = 0; s < data.getSeriesCount(); s++) {
            for (int i = 0; i < data.getItemCount(s); i++) {
                for (double y : new double[] {data.getYValue(s, i), data.getEndYValue(s, i)}) {
                    highest = Double.isFinite(y) ? Math.max(highest, y) : highest;
                }
            }
        }
        return highest == 0 ? 1 : highest;
    }
}
