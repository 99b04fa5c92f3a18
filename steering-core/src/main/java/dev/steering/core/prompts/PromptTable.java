package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A file of prompts with all its columns, for readers that choose the column by looking at what is there: the one place where the files
 * of all commands are read. Immutable.
 *
 * <ul>
 *   <li>{@code .txt}, and standard input: one prompt a line.
 *   <li>{@code .csv}, {@code .tsv}: a header, then one prompt a record; values in double quotes may span lines.
 *   <li>{@code .jsonl}: one JSON object a line.
 *   <li>{@code .json}: an array of objects or of strings, or an object that holds such an array under a name.
 * </ul>
 *
 * Text is strict UTF-8 with or without a byte order mark; lines end in LF or CRLF. Blank lines at the end are not rows, one in between
 * is an error: it would silently change the set. The whole file is held in memory.
 *
 * @param source what was read, for messages: the file's path, or {@value Utf8Text#STANDARD_INPUT}
 * @param unit what rows are counted in: {@code line}, or {@code element} of a JSON array
 * @param columns the columns in file order; of JSON the fields of all objects, of lines and of JSON strings
 *     {@value PromptReader#DEFAULT_COLUMN}
 * @param rows the rows in file order, at least one
 */
public record PromptTable(String source, String unit, List<String> columns, List<Row> rows) {
    static final String LINE = "line";
    static final String ELEMENT = "element";

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

        /** A row of texts alone. */
        Row(long line, Map<String, String> values) {
            this(line, values, Map.of());
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
     * @param file a {@code .txt}, {@code .csv}, {@code .tsv}, {@code .jsonl} or {@code .json} file
     * @return its table
     * @throws BadFile if the file cannot be read, is malformed, or has no rows
     */
    public static PromptTable read(Path file) {
        return Named.read(file, null).table();
    }

    /**
     * Reads one prompt a line by the rules of a {@code .txt} file.
     *
     * @param in standard input, which is read to its end
     * @return its table
     * @throws BadFile if it cannot be read, is not UTF-8, has a blank line in between or no lines
     */
    public static PromptTable readStandardInput(InputStream in) {
        return TextPrompts.table(Utf8Text.STANDARD_INPUT, Utf8Text.read(Utf8Text.STANDARD_INPUT, in));
    }

    /**
     * @param column a column
     * @return its values in file order, none of them blank
     * @throws BadFile if there is no such column, or a row has nothing in it
     */
    public List<String> prompts(String column) {
        requireColumn(column);
        List<String> prompts = new ArrayList<>();
        for (Row row : rows) {
            prompts.add(text(row, column));
        }
        return prompts;
    }

    void requireColumn(String column) {
        if (!columns.contains(column)) {
            throw new BadFile(
                    source + " has no column '" + column + "'. Its columns: " + String.join(", ", columns) + ".");
        }
    }

    String text(Row row, String column) {
        String other = row.others().get(column);
        if (other != null && !other.equals("null")) {
            throw wrong(row, "the value of '" + column + "' must be a text, found " + Named.shortened(other) + ".");
        }
        String text = row.values().get(column);
        if (text == null || text.isBlank()) {
            throw wrong(row, "there is no text in column '" + column + "'. Remove the row or fill it in.");
        }
        return text;
    }

    /** Where a row stands, for people. */
    String place(Row row) {
        return source + ", " + unit + " " + row.line();
    }

    /** A complaint about a row. */
    BadFile wrong(Row row, String problem) {
        return new BadFile(place(row) + ": " + problem);
    }

    /** The last part of the source's path, in lower case. */
    String fileName() {
        return source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')) + 1)
                .toLowerCase(Locale.ROOT);
    }

    /** How many rows have anything in a column. */
    long filled(String column) {
        return rows.stream().filter(row -> !Labels.isEmpty(row.shown(column))).count();
    }
}
