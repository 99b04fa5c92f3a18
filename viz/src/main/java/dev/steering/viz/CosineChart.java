package dev.steering.viz;

import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Paint;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.annotations.XYBoxAnnotation;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.PaintScale;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.title.PaintScaleLegend;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.DefaultXYZDataset;

/** Heat map: how alike the directions of any two layers are. */
final class CosineChart {
    static final String TITLE = "How alike are the layers' directions?";
    static final int WIDTH = 1240;
    static final int HEIGHT = 1200;

    /** Up to this many layers have the number written into each cell. */
    private static final int NUMBERED = 12;

    private CosineChart() {}

    static JFreeChart chart(SteeringVector vector, List<Integer> chosen) {
        int layers = vector.layers();
        DefaultXYZDataset data = data(vector.directions());
        XYBlockRenderer renderer = new XYBlockRenderer();
        renderer.setPaintScale(new CosineScale());
        XYPlot plot = ChartStyle.styled(new XYPlot(data, axis(layers), axis(layers), renderer));
        plot.setRangeGridlinesVisible(false);
        if (layers <= NUMBERED) {
            writeNumbers(plot, data);
        }
        for (LayerRun run : LayerRun.of(chosen)) {
            plot.addAnnotation(new XYBoxAnnotation(
                    run.first() - 0.5,
                    run.first() - 0.5,
                    run.last() + 0.5,
                    run.last() + 0.5,
                    new BasicStroke(3),
                    Palette.INK));
        }
        String caption = "0: unrelated. Near 1: the layers share one direction."
                + (chosen.isEmpty() ? "" : " Outlined: chosen " + LayerRun.text(chosen) + ".");
        JFreeChart chart =
                ChartStyle.chart(TITLE, ChartStyle.subtitle(vector), caption, plot, new LegendItemCollection());
        chart.addSubtitle(colourBar());
        return chart;
    }

    private static DefaultXYZDataset data(LayerMatrix directions) {
        int layers = directions.layers();
        double[][] cells = new double[3][layers * layers];
        for (int i = 0; i < layers; i++) {
            for (int j = 0; j < layers; j++) {
                cells[0][i * layers + j] = i;
                cells[1][i * layers + j] = j;
                cells[2][i * layers + j] = directions.cosine(i, directions, j);
            }
        }
        DefaultXYZDataset data = new DefaultXYZDataset();
        data.addSeries("cosine", cells);
        return data;
    }

    private static NumberAxis axis(int layers) {
        return ChartStyle.layerAxis(layers, 20);
    }

    private static void writeNumbers(XYPlot plot, DefaultXYZDataset data) {
        for (int i = 0; i < data.getItemCount(0); i++) {
            double cosine = data.getZValue(0, i);
            XYTextAnnotation number =
                    new XYTextAnnotation(ChartStyle.fixed(cosine, 2), data.getXValue(0, i), data.getYValue(0, i));
            number.setFont(ChartStyle.TICK);
            number.setPaint(Palette.textOn(Palette.diverging(cosine)));
            plot.addAnnotation(number);
        }
    }

    private static PaintScaleLegend colourBar() {
        NumberAxis axis = ChartStyle.valueAxis("cosine (-1 to 1)", -1, 1);
        axis.setTickUnit(new Ticks(0.5, 1));
        PaintScaleLegend bar = new PaintScaleLegend(new CosineScale(), axis);
        bar.setSubdivisionCount(100);
        bar.setStripWidth(28);
        bar.setStripOutlineVisible(false);
        bar.setPosition(RectangleEdge.RIGHT);
        bar.setMargin(new RectangleInsets(8, 24, 8, 0));
        bar.setBackgroundPaint(Palette.BACKGROUND);
        return bar;
    }

    /** The diverging palette under JFreeChart's name for such things. */
    private static final class CosineScale implements PaintScale {
        @Override
        public double getLowerBound() {
            return -1;
        }

        @Override
        public double getUpperBound() {
            return 1;
        }

        @Override
        public Paint getPaint(double value) {
            Color color = Palette.diverging(value);
            return color;
        }
    }
}
