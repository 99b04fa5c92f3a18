package dev.steering.cli.charts;

import dev.steering.cli.trace.TracedPrompt;
import dev.steering.extract.trace.StreamTrace.Position;
import dev.steering.extract.trace.StreamTrace.State;
import dev.steering.viz.BandChart;
import dev.steering.viz.BandChart.Along;
import dev.steering.viz.BandChart.Line;
import dev.steering.viz.BandChart.Panel;
import dev.steering.viz.BandChart.Point;
import dev.steering.viz.Chart;
import dev.steering.viz.HeatMapChart;
import dev.steering.viz.HeatMapChart.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A traced prompt as charts: layers by tokens, and the projection along the text. */
public final class TraceCharts {
    private TraceCharts() {}

    /**
     * @param model the model's name
     * @param traced what came of it
     * @param layer where the projection along the text is looked at
     * @return {@code trace-unsteered}, with a method {@code trace-steered}, with another setting {@code trace-against}, and with directions {@code trace-along}
     */
    public static List<Chart> of(String model, TracedPrompt traced, int layer) {
        List<Chart> charts = new ArrayList<>();
        charts.add(map("trace-unsteered", "without steering", model, traced, traced.unsteered()));
        List<Position> steered = traced.steered();
        if (steered != null) {
            charts.add(map("trace-steered", "with steering", model, traced, steered));
        }
        TracedPrompt.Against against = traced.against();
        if (against != null) {
            charts.add(map("trace-against", "with the other setting", model, traced, against.positions()));
        }
        if (traced.unsteered().get(0).layers().get(0).projection() != null) {
            charts.add(along(model, traced, layer));
        }
        return List.copyOf(charts);
    }

    private static double value(State state) {
        Double projection = state.projection();
        return projection == null ? 0 : projection / Math.max(state.norm(), 1e-30);
    }

    private static Chart map(String name, String setting, String model, TracedPrompt traced, List<Position> positions) {
        int layers = positions.get(0).layers().size();
        boolean projected = positions.get(0).layers().get(0).projection() != null;
        List<List<Cell>> cells = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            List<Cell> row = new ArrayList<>();
            for (Position position : positions) {
                State state = position.layers().get(layer);
                row.add(new Cell(
                        value(state),
                        state.lens().isEmpty()
                                ? (projected ? null : "")
                                : state.lens().get(0).text()));
            }
            cells.add(row);
        }
        return HeatMapChart.of(
                name,
                "What does each state read as, " + setting + "?",
                "model: " + model + "  \u00B7  " + traced.prompt(),
                "Text: the token that a state reads as behind final norm and vocabulary head."
                        + (projected ? " Colour: cosine with the layer's direction, orange towards it." : "")
                        + (setting.startsWith("with ") ? " Framed: steered positions." : ""),
                1,
                new HeatMapChart.Grid(
                        "layer",
                        IntStream.range(0, layers).mapToObj(Integer::toString).toList(),
                        "token",
                        positions.stream().map(Position::text).toList(),
                        IntStream.range(0, positions.size())
                                .filter(i -> positions.get(i).steered())
                                .boxed()
                                .toList(),
                        cells));
    }

    private static Chart along(String model, TracedPrompt traced, int layer) {
        List<Line> lines = new ArrayList<>();
        traced.settings().forEach((name, positions) -> lines.add(line(name, positions, layer)));
        double low = lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::y)
                .min()
                .orElse(0);
        double high = lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::y)
                .max()
                .orElse(1);
        double room = high > low ? 0.05 * (high - low) : 1;
        return BandChart.of(
                "trace-along",
                "How far does the text point along the direction?",
                "model: " + model + "  \u00B7  " + traced.prompt(),
                "Dot product with the unit direction of layer " + layer + ", token by token; " + traced.promptTokens()
                        + " tokens are the prompt's.",
                new Along("token", traced.unsteered().size(), List.of()),
                List.of(new Panel("projection after layer " + layer, low - room, high + room, lines)));
    }

    private static Line line(String name, List<Position> positions, int layer) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < positions.size(); i++) {
            Double projection = positions.get(i).layers().get(layer).projection();
            if (projection != null) {
                points.add(new Point(i, projection));
            }
        }
        return new Line(name, points, null);
    }
}
