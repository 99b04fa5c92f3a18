package dev.steering.viz;

import dev.steering.core.search.DirectionSearch;
import dev.steering.core.search.DirectionSearch.Candidate;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.HeatMapChart.Cell;
import dev.steering.viz.HeatMapChart.Grid;
import dev.steering.viz.HeatMapChart.Over;
import dev.steering.viz.internal.ChartStyle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** Layers by token positions of a search for one direction: what each candidate did, which one was chosen, which ones could not be. */
final class SelectionCharts {
    private final SteeringVector vector;
    private final DirectionSearch search;
    private final List<Integer> positions;
    private final int layers;
    private final Map<List<Integer>, Candidate> candidates = new HashMap<>();

    private SelectionCharts(SteeringVector vector, DirectionSearch search) {
        this.vector = vector;
        this.search = search;
        TreeSet<Integer> places = new TreeSet<>();
        int highest = 0;
        for (Candidate candidate : search.candidates()) {
            candidates.put(List.of(candidate.layer(), candidate.position()), candidate);
            places.add(candidate.position());
            highest = Math.max(highest, candidate.layer());
        }
        this.positions = List.copyOf(places);
        this.layers = highest + 1;
    }

    static List<Chart> of(SteeringVector vector, DirectionSearch search) {
        SelectionCharts all = new SelectionCharts(vector, search);
        String struck = " Framed: chosen. Struck out: beyond a limit. Empty: no finite numbers.";
        double limit = search.limits().divergence();
        Double induced = search.limits().induced();
        List<Chart> charts = new ArrayList<>();
        charts.add(all.chart(
                "selection-score",
                "Where does ablating the direction end refusals?",
                "Mean log-odds that an answer begins with a refusal token, without the direction; lower is better, "
                        + ChartStyle.number(search.baseline()) + " with it." + struck,
                all.largest(Candidate::score),
                Candidate::score));
        charts.add(all.chart(
                "selection-divergence",
                "What does ablating it cost on harmless prompts?",
                "KL of the answer's first token from the unsteered one's, nats; at most " + ChartStyle.number(limit)
                        + " was allowed." + struck,
                limit > 0 ? limit : all.largest(Candidate::divergence),
                Candidate::divergence));
        if (induced != null && search.candidates().stream().allMatch(one -> one.induced() != null)) {
            charts.add(all.chart(
                    "selection-induced",
                    "Where does adding it make harmless prompts refused?",
                    "Mean log-odds of harmless prompts with the direction added; at least " + ChartStyle.number(induced)
                            + " was wanted." + struck,
                    all.largest(one -> Objects.requireNonNull(one.induced())),
                    one -> Objects.requireNonNull(one.induced())));
        }
        return List.copyOf(charts);
    }

    private double largest(ToDoubleFunction<Candidate> value) {
        double largest = search.candidates().stream()
                .mapToDouble(one -> Math.abs(value.applyAsDouble(one)))
                .max()
                .orElse(0);
        return largest > 0 ? largest : 1;
    }

    private Chart chart(String name, String title, String caption, double scale, ToDoubleFunction<Candidate> value) {
        List<List<Cell>> cells = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            List<Cell> row = new ArrayList<>();
            for (int position : positions) {
                Candidate one = candidates.get(List.of(layer, position));
                row.add(one == null ? new Cell(Double.NaN, "") : new Cell(value.applyAsDouble(one), null, over(one)));
            }
            cells.add(row);
            rows.add(Integer.toString(layer));
        }
        return HeatMapChart.of(
                name,
                title,
                ChartStyle.subtitle(vector),
                caption,
                scale,
                new Grid(
                        "layer",
                        rows,
                        "token, from the prompt's end",
                        positions.stream().map(String::valueOf).toList(),
                        List.of(),
                        cells));
    }

    private Over over(Candidate one) {
        Double wanted = search.limits().induced();
        Double induced = one.induced();
        return one.position() == search.position() && one.layer() == search.layer()
                ? Over.FRAME
                : one.divergence() > search.limits().divergence()
                                || (wanted != null && induced != null && induced < wanted)
                        ? Over.STROKE
                        : Over.NOTHING;
    }
}
