package dev.steering.viz;

import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.HeadedAxis;
import dev.steering.viz.internal.LayerRun;
import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.OpenPlot;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.Ticks;
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
        renderer.setPaintScale(new CosineScale(-1));
        XYPlot plot = ChartStyle.styled(new OpenPlot(data, axis(layers), axis(layers), renderer));
        plot.setRangeGridlinesVisible(false);
        if (layers <= NUMBERED && layers * 56 < Look.current().width() - 160) {
            writeNumbers(plot, data);
        }
        for (LayerRun run : LayerRun.of(chosen)) {
            plot.addAnnotation(new XYBoxAnnotation(
                    run.first() - 0.5,
                    run.first() - 0.5,
                    run.last() + 0.5,
                    run.last() + 0.5,
                    new BasicStroke(3),
                    Palette.ink()));
        }
        String caption = "0: unrelated. Near 1: the layers share one direction."
                + (chosen.isEmpty() ? "" : " Outlined: chosen " + LayerRun.text(chosen) + ".");
        JFreeChart chart =
                ChartStyle.chart(TITLE, ChartStyle.subtitle(vector), caption, plot, new LegendItemCollection());
        chart.addSubtitle(colourBar(lowest(data)));
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
        return ChartStyle.layerAxis(layers);
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

    /** The lowest cosine that occurs, down to a quarter: what does not occur needs no colours. */
    private static double lowest(DefaultXYZDataset data) {
        double lowest = 0;
        for (int i = 0; i < data.getItemCount(0); i++) {
            lowest = Math.min(lowest, data.getZValue(0, i));
        }
        return Math.max(-1, Math.floor(4 * lowest + 1e-6) / 4);
    }

    private static PaintScaleLegend colourBar(double lowest) {
        NumberAxis axis = ChartStyle.styled(new NumberAxis("cosine"));
        axis.setRange(lowest, 1);
        axis.setTickUnit(new Ticks(lowest < -0.5 ? 0.5 : 0.25, 2));
        PaintScaleLegend bar = new PaintScaleLegend(new CosineScale(lowest), axis);
        bar.setSubdivisionCount(100);
        bar.setStripWidth(28);
        bar.setStripOutlineVisible(false);
        bar.setPosition(RectangleEdge.RIGHT);
        bar.setMargin(new RectangleInsets(HeadedAxis.ROOM, 14, 60, 0));
        bar.setBackgroundPaint(Palette.background());
        return bar;
    }

    /** The diverging palette under JFreeChart's name for such things. */
    private static final class CosineScale implements PaintScale {
        private final double lowest;

        CosineScale(double lowest) {
            this.lowest = lowest;
        }

        @Override
        public double getLowerBound() {
            return lowest;
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
