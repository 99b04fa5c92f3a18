package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import dev.steering.core.ProgressListener;
import dev.steering.core.prompts.rows.RowFiles;
import dev.steering.core.prompts.rows.RowSource;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of prompts with all its columns, held in memory, for readers that choose the column by looking at what is there. {@link
 * dev.steering.core.prompts.rows.RowFiles} says which files; {@link DatasetReader} reads prompts without holding the file. Immutable.
 *
 * <p>Blank lines at the end are not rows, one in between is an error: it would silently change the set.
 *
 * @param source what was read, for messages: the file's path, or {@value Utf8Text#STANDARD_INPUT}
 * @param unit what rows are counted in: {@code line}, {@code element} of a JSON array, or {@code row}
 * @param columns the columns in file order; of JSON the fields of all objects, of lines and of JSON strings
 *     {@value PromptReader#DEFAULT_COLUMN}
 * @param rows the rows in file order, at least one
 */
public record PromptTable(String source, String unit, List<String> columns, List<Row> rows) {
    /**
     * One row.
     *
     * @param line where it begins in the file, 1-based; of a JSON array the number of the element
     * @param values its texts by column, as they stand in the file
     * @param others its values that are no texts, as JSON: numbers, true, false, null, arrays and objects
     */
    public record Row(long line, Map<String, String> values, Map<String, String> others) {
        public Row {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
            others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
        }

        /** A row as a source gives it. */
        static Row of(long line, Map<String, String> cells, Set<String> others) {
            if (others.isEmpty()) {
                return new Row(line, cells, Map.of());
            }
            Map<String, String> texts = new LinkedHashMap<>(cells);
            Map<String, String> rest = new LinkedHashMap<>(cells);
            texts.keySet().removeAll(others);
            rest.keySet().retainAll(others);
            return new Row(line, texts, rest);
        }

        /** The text of a column, or the JSON of another value; empty where there is none. */
        String shown(String column) {
            return values.getOrDefault(column, others.getOrDefault(column, ""));
        }
    }

    public PromptTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        if (rows.isEmpty()) {
            throw new BadFile(source + " holds no prompts, expected at least one.");
        }
    }

    /**
     * Reads a file and asks nothing of any column.
     *
     * @param file a file that {@link dev.steering.core.prompts.rows.RowFiles} knows
     * @return its table
     * @throws BadFile if the file cannot be read, is malformed, or has no rows
     */
    public static PromptTable read(Path file) {
        return of(Named.open(file, null).rows());
    }

    /**
     * Reads one prompt a line by the rules of a {@code .txt} file.
     *
     * @param in standard input, which is read to its end
     * @return its table
     * @throws BadFile if it cannot be read, is not UTF-8, has a blank line in between or no lines
     */
    public static PromptTable readStandardInput(InputStream in) {
        return of(RowFiles.lines(Utf8Text.STANDARD_INPUT, in));
    }

    static PromptTable of(RowSource source) {
        Set<String> columns = new LinkedHashSet<>();
        List<Row> rows = new ArrayList<>();
        source.read(
                (number, cells, others) -> {
                    columns.addAll(cells.keySet());
                    return rows.add(Row.of(number, cells, others));
                },
                ProgressListener.NONE);
        return new PromptTable(source.name(), source.unit(), List.copyOf(columns), rows);
    }

    /**
     * @param column a column
     * @return its values in file order, none of them blank
     * @throws BadFile if there is no such column, or a row has nothing in it
     */
    public List<String> prompts(String column) {
        requireColumn(column);
        return rows.stream().map(row -> text(row, column)).toList();
    }

    void requireColumn(String column) {
        origin().requireColumn(columns, column);
    }

    String text(Row row, String column) {
        return origin().text(row, column);
    }

    private Origin origin() {
        return new Origin(source, unit);
    }
}
