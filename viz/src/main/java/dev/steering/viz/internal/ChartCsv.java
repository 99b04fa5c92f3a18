package dev.steering.viz.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.CombinedRangeXYPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.XYZDataset;
import org.jfree.data.xy.YIntervalSeriesCollection;
import org.jspecify.annotations.Nullable;

/** The numbers of a chart as CSV: a row for every point. */
public final class ChartCsv {
    private ChartCsv() {}

    /**
     * @param rows the head and the rows
     * @return them as CSV (RFC 4180, lines end with LF)
     */
    public static String of(List<List<String>> rows) {
        return rows.stream()
                        .map(row -> row.stream().map(ChartCsv::field).collect(Collectors.joining(",")))
                        .collect(Collectors.joining("\n"))
                + "\n";
    }

    /**
     * @param chart a chart of points, in one panel or several
     * @return a row for each point, with the axes' names
     */
    public static String of(JFreeChart chart) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("x axis", "y axis", "series", "x", "y", "value", "low", "high"));
        for (XYPlot panel : panels(chart.getPlot())) {
            for (int d = 0; d < panel.getDatasetCount(); d++) {
                XYDataset data = panel.getDataset(d);
                if (data != null) {
                    add(rows, panel, data);
                }
            }
        }
        return of(rows);
    }

    private static void add(List<List<String>> rows, XYPlot panel, XYDataset data) {
        String x = name(panel.getDomainAxis());
        String y = name(panel.getRangeAxis());
        for (int series = 0; series < data.getSeriesCount(); series++) {
            String key = String.valueOf(data.getSeriesKey(series));
            for (int i = 0; i < data.getItemCount(series); i++) {
                String value = data instanceof XYZDataset z ? number(z.getZValue(series, i)) : "";
                boolean band = data instanceof YIntervalSeriesCollection;
                rows.add(List.of(
                        x,
                        y,
                        key,
                        number(data.getXValue(series, i)),
                        number(data.getYValue(series, i)),
                        value,
                        band ? number(((YIntervalSeriesCollection) data).getStartYValue(series, i)) : "",
                        band ? number(((YIntervalSeriesCollection) data).getEndYValue(series, i)) : ""));
            }
        }
    }

    private static List<XYPlot> panels(Plot plot) {
        List<XYPlot> panels = new ArrayList<>();
        List<?> parts = plot instanceof CombinedDomainXYPlot d
                ? d.getSubplots()
                : plot instanceof CombinedRangeXYPlot r ? r.getSubplots() : List.of(plot);
        parts.forEach(part -> panels.add((XYPlot) part));
        return panels;
    }

    private static String name(@Nullable ValueAxis axis) {
        return axis == null || axis.getLabel() == null ? "" : axis.getLabel();
    }

    /** @return the shortest number that reads back as the same; empty for none */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return "";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String field(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
