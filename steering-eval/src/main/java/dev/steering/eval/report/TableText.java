package dev.steering.eval.report;

import dev.steering.eval.dataset.Expectation;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.metrics.WilsonInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a {@link ResultsTable} as text. */
final class TableText {
    private static final String CSV_HEADER = "method,set,expected,refused,n,rate,low,high\n";
    private static final String COLUMN_GAP = "  ";

    private TableText() {}

    static String markdown(ResultsTable table) {
        List<List<String>> rows = cells(table);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            out.append(rows.get(i).stream()
                    .map(cell -> cell.replace("|", "\\|"))
                    .collect(Collectors.joining(" | ", "| ", " |\n")));
            if (i == 0) {
                out.append("|---").append("|---:".repeat(table.sets().size())).append("|\n");
            }
        }
        return out.toString();
    }

    static String plain(ResultsTable table) {
        List<List<String>> rows = cells(table);
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(row.get(0)).append(" ".repeat(widths[0] - length(row.get(0))));
            for (int i = 1; i < widths.length; i++) {
                line.append(COLUMN_GAP)
                        .append(" ".repeat(widths[i] - length(row.get(i))))
                        .append(row.get(i));
            }
            out.append(line).append('\n');
        }
        return out.toString();
    }

    static String csv(ResultsTable table) {
        StringBuilder out = new StringBuilder(CSV_HEADER);
        for (String method : table.methods()) {
            for (String set : table.sets()) {
                Rate rate = table.rate(method, set);
                WilsonInterval interval = rate.interval();
                out.append(String.join(
                                ",",
                                quoted(method),
                                quoted(set),
                                table.expectation(set).name().toLowerCase(Locale.ROOT),
                                Integer.toString(rate.refused()),
                                Integer.toString(rate.n()),
                                rate.n() == 0 ? "" : decimal(rate.value()),
                                decimal(interval.low()),
                                decimal(interval.high())))
                        .append('\n');
            }
        }
        return out.toString();
    }

    /** The header and one row per method. */
    private static List<List<String>> cells(ResultsTable table) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("method"));
        for (String set : table.sets()) {
            header.add(set + (table.expectation(set) == Expectation.COMPLY ? ": over-refusal" : ": refusal"));
        }
        rows.add(header);
        for (String method : table.methods()) {
            List<String> row = new ArrayList<>(List.of(method));
            table.sets().forEach(set -> row.add(cell(table.rate(method, set))));
            rows.add(row);
        }
        return rows;
    }

    private static String cell(Rate rate) {
        if (rate.n() == 0) {
            return "0/0";
        }
        WilsonInterval interval = rate.interval();
        return String.format(
                Locale.ROOT,
                "%d/%d %.1f%% [%.1f, %.1f]",
                rate.refused(),
                rate.n(),
                100 * rate.value(),
                100 * interval.low(),
                100 * interval.high());
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
