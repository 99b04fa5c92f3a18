package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import dev.steering.core.ProgressListener;
import dev.steering.core.prompts.rows.RowSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a first pass over a file finds: its columns, and what is in them as far as they have few short values, as columns of labels have.
 *
 * @param origin where the rows come from
 * @param columns the columns in file order
 * @param nested columns of lists and records that are in no row, with what they hold
 * @param rows how many rows there are, at least one
 * @param cells what is in each column
 */
record RowSurvey(Origin origin, List<String> columns, Map<String, String> nested, long rows, Map<String, Cells> cells) {
    /** A column with more values, or longer ones, is none of labels. */
    private static final int MOST_VALUES = 64;

    private static final int LONGEST_VALUE = 60;
    private static final int SHOWN = 8;

    /** A column's cells: how many hold anything, and its values with their numbers while they are few and short. */
    static final class Cells {
        private final Map<String, Integer> values = new LinkedHashMap<>();
        private long filled;
        private boolean more;

        private void add(String value) {
            if (Labels.isEmpty(value)) {
                return;
            }
            filled++;
            if (value.length() > LONGEST_VALUE && values.size() >= SHOWN) {
                more = true;
                return;
            }
            String known = value.length() <= LONGEST_VALUE ? value : Named.shortened(value);
            if (values.containsKey(known) || values.size() < MOST_VALUES) {
                values.merge(known, 1, Integer::sum);
            } else {
                more = true;
            }
        }

        /** Values that were seen, the first few only if there are many. */
        List<String> values() {
            return List.copyOf(values.keySet());
        }

        /** Values with their numbers, for people. */
        String words() {
            return values.entrySet().stream()
                            .limit(SHOWN)
                            .map(value -> "'" + Named.shortened(value.getKey()) + "' (" + value.getValue() + ")")
                            .collect(Collectors.joining(", "))
                    + (more || values.size() > SHOWN ? ", ..." : "");
        }
    }

    static RowSurvey of(RowSource source, ProgressListener progress) {
        Map<String, Cells> cells = new LinkedHashMap<>();
        long[] rows = {0};
        source.read(
                (number, row, others) -> {
                    rows[0]++;
                    row.forEach((name, value) ->
                            cells.computeIfAbsent(name, key -> new Cells()).add(value));
                    return true;
                },
                progress);
        if (rows[0] == 0) {
            throw new BadFile(source.name() + " holds no prompts, expected at least one.");
        }
        return new RowSurvey(
                new Origin(source.name(), source.unit()), List.copyOf(cells.keySet()), source.nested(), rows[0], cells);
    }

    /** How many rows have anything in a column. */
    long filled(String column) {
        Cells found = cells.get(column);
        return found == null ? 0 : found.filled;
    }

    /** The values of a column, the first few if there are many. */
    List<String> values(String column) {
        Cells found = cells.get(column);
        return found == null ? List.of() : found.values();
    }

    String words(String column) {
        Cells found = cells.get(column);
        return found == null || found.values.isEmpty() ? "nothing" : found.words();
    }

    void requireColumn(String column) {
        String holds = nested.get(column);
        if (holds != null) {
            throw new BadFile(origin.source() + ":" + column + " holds " + holds
                    + " in each cell, which are not flattened into a prompt. Its columns of texts: "
                    + String.join(", ", columns) + ". Name one of them, or write the file as JSON lines, as in pandas:"
                    + " read_parquet(FILE).to_json(\"out.jsonl\", orient=\"records\", lines=True).");
        }
        origin.requireColumn(columns, column);
    }
}
