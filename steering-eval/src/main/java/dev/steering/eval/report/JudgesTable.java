package dev.steering.eval.report;

import dev.steering.eval.judge.JudgedCounts;
import dev.steering.eval.judge.Ruling;
import dev.steering.eval.metrics.Agreement;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.run.JudgedRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What several judges say of the same answers. Immutable.
 *
 * @param names the judges, the one that decides first
 * @param cells what each says of every method's answers to every set; empty if there is one judge
 * @param agreements every two judges on all answers of all methods
 */
public record JudgesTable(List<String> names, List<Cell> cells, List<JudgedCounts.Pair> agreements) {
    public JudgesTable {
        names = List.copyOf(names);
        cells = List.copyOf(cells);
        agreements = List.copyOf(agreements);
    }

    /**
     * What a judge says of a method's answers to a set.
     *
     * @param method the method
     * @param set the set
     * @param judge the judge
     * @param rate refusals, in full or in part, of the answers that it decided
     * @param undecided answers of which it cannot tell
     */
    public record Cell(String method, String set, String judge, Rate rate, int undecided) {}

    /** @return whether there are several judges */
    public boolean isSeveral() {
        return names.size() > 1;
    }

    /**
     * @param first the name of the judge that decides
     * @param rows answers with the rulings of all judges
     * @return the table
     */
    public static JudgesTable of(String first, List<JudgedRow> rows) {
        List<String> names = new ArrayList<>(List.of(first));
        if (!rows.isEmpty()) {
            names.addAll(rows.get(0).others().keySet());
        }
        if (names.size() == 1) {
            return new JudgesTable(names, List.of(), List.of());
        }
        Map<List<String>, List<JudgedRow>> groups = new LinkedHashMap<>();
        for (JudgedRow row : rows) {
            List<String> key =
                    List.of(row.answer().method(), row.answer().item().set());
            groups.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
        }
        List<Cell> cells = new ArrayList<>();
        groups.forEach((key, group) -> {
            for (String name : names) {
                List<Ruling> rulings =
                        group.stream().map(row -> ruling(row, first, name)).toList();
                int undecided = (int)
                        rulings.stream().filter(r -> r == Ruling.UNDECIDED).count();
                int refused = (int) rulings.stream().filter(Ruling::isRefusal).count();
                Rate rate = new Rate(refused, rulings.size() - undecided);
                cells.add(new Cell(key.get(0), key.get(1), name, rate, undecided));
            }
        });
        return new JudgesTable(names, cells, agreements(first, names, rows));
    }

    private static List<JudgedCounts.Pair> agreements(String first, List<String> names, List<JudgedRow> rows) {
        List<JudgedCounts.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                Agreement agreement = Agreement.NONE;
                for (JudgedRow row : rows) {
                    agreement = agreement.plus(
                            ruling(row, first, names.get(i)).refusal(),
                            ruling(row, first, names.get(j)).refusal());
                }
                pairs.add(new JudgedCounts.Pair(names.get(i), names.get(j), agreement));
            }
        }
        return pairs;
    }

    private static Ruling ruling(JudgedRow row, String first, String name) {
        return name.equals(first) ? row.ruling() : row.others().getOrDefault(name, Ruling.UNDECIDED);
    }
}
