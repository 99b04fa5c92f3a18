package dev.steering.eval.report;

import dev.steering.eval.judge.JudgedCounts;
import dev.steering.eval.metrics.Agreement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes what several judges say. Stateless and thread-safe. */
public final class JudgesText {
    /** What the tables hold. */
    public static final String NOTE =
            "Every judge's refusals of the answers that it decided, and how judges agree on all answers:"
                    + " Cohen's kappa with its 95 % interval, and in how many both, the first alone, the second alone and neither see a"
                    + " refusal.";

    private JudgesText() {}

    /**
     * @param table what the judges say
     * @return refusals by judge, and agreements, as Markdown
     */
    public static String markdown(JudgesTable table) {
        return Grid.markdown(cells(table)) + "\n" + Grid.markdown(agreements(table.agreements()));
    }

    /**
     * @param table what the judges say
     * @return the same for a terminal
     */
    public static String plain(JudgesTable table) {
        return Grid.plain(cells(table)) + "\n" + Grid.plain(agreements(table.agreements()));
    }

    /**
     * @param pairs every two judges
     * @return how they agree, for a terminal
     */
    public static String plain(List<JudgedCounts.Pair> pairs) {
        return Grid.plain(agreements(pairs));
    }

    /**
     * @param table what the judges say
     * @return refusals by judge under the header {@code method,set,judge,refused,n,rate,low,high,undecided}
     */
    public static String csv(JudgesTable table) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method", "set", "judge", "refused", "n", "rate", "low", "high", "undecided"));
        for (JudgesTable.Cell cell : table.cells()) {
            rows.add(List.of(
                    cell.method(),
                    cell.set(),
                    cell.judge(),
                    Integer.toString(cell.rate().refused()),
                    Integer.toString(cell.rate().n()),
                    cell.rate().n() == 0 ? "" : TableText.decimal(cell.rate().value()),
                    TableText.decimal(cell.rate().interval().low()),
                    TableText.decimal(cell.rate().interval().high()),
                    Integer.toString(cell.undecided())));
        }
        return Grid.csv(rows);
    }

    private static List<List<String>> cells(JudgesTable table) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("method, set"));
        header.addAll(table.names());
        rows.add(header);
        for (int i = 0; i < table.cells().size(); i += table.names().size()) {
            JudgesTable.Cell first = table.cells().get(i);
            List<String> row = new ArrayList<>(List.of(first.method() + ", " + first.set()));
            for (JudgesTable.Cell cell :
                    table.cells().subList(i, i + table.names().size())) {
                row.add(TableText.cell(cell.rate())
                        + (cell.undecided() == 0 ? "" : " (" + cell.undecided() + " undecided)"));
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<List<String>> agreements(List<JudgedCounts.Pair> pairs) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("judges", "alike", "kappa", "both", "first", "second", "neither", "undecided"));
        for (JudgedCounts.Pair pair : pairs) {
            Agreement a = pair.agreement();
            rows.add(List.of(
                    pair.first() + " / " + pair.second(),
                    a.same() + "/" + a.all(),
                    kappa(a),
                    Integer.toString(a.both()),
                    Integer.toString(a.onlyFirst()),
                    Integer.toString(a.onlySecond()),
                    Integer.toString(a.neither()),
                    Integer.toString(a.undecided())));
        }
        return rows;
    }

    /**
     * @param agreement of two judges
     * @return kappa and its interval, with two digits; a dash where there is none
     */
    public static String kappa(Agreement agreement) {
        if (Double.isNaN(agreement.kappa())) {
            return "-";
        }
        Agreement.Range range = agreement.kappaInterval();
        return String.format(
                Locale.ROOT, "%s [%s, %s]", digits(agreement.kappa()), digits(range.low()), digits(range.high()));
    }

    /** Two digits, and no sign in front of zero. */
    private static String digits(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.equals("-0.00") ? "0.00" : text;
    }
}
