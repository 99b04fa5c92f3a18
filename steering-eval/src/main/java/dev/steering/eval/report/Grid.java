package dev.steering.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of cells as text, the first row being the header and the first column names. */
final class Grid {
    private static final String COLUMN_GAP = "  ";

    private Grid() {}

    static String markdown(List<List<String>> rows) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            out.append(rows.get(i).stream()
                    .map(cell -> cell.replace("|", "\\|"))
                    .collect(Collectors.joining(" | ", "| ", " |\n")));
            if (i == 0) {
                out.append("|---")
                        .append("|---:".repeat(rows.get(0).size() - 1))
                        .append("|\n");
            }
        }
        return out.toString();
    }

    static String plain(List<List<String>> rows) {
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

    /** Comma-separated values; a cell with a comma, quote or line end is quoted. */
    static String csv(List<List<String>> rows) {
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(TableText.quoted(cell)));
            out.append(String.join(",", cells)).append('\n');
        }
        return out.toString();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
