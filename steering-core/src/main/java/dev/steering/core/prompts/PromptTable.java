package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of prompts with all its columns, for readers that choose the column by looking at what is there. Immutable.
 *
 * @param file where it was read from
 * @param columns the columns in file order; of a {@code .jsonl} file the fields of all objects, of a {@code .txt} file
 *     {@value PromptReader#DEFAULT_COLUMN}
 * @param rows the rows in file order, at least one
 */
public record PromptTable(Path file, List<String> columns, List<Row> rows) {
    /**
     * One row.
     *
     * @param line where it begins in the file, 1-based
     * @param values its values by column, as they stand in the file; of a JSON object those that are strings
     */
    public record Row(long line, Map<String, String> values) {
        public Row {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    public PromptTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /**
     * Reads a file as {@link PromptReader} does, but asks nothing of any column. Blank lines at the end of a table are not rows.
     *
     * @param file a {@code .txt}, {@code .csv}, {@code .tsv} or {@code .jsonl} file
     * @return its table
     * @throws BadFile if the file cannot be read, is malformed, or has no rows
     */
    public static PromptTable read(Path file) {
        PromptTable table =
                switch (PromptReader.extension(file)) {
                    case "txt" -> TextPrompts.table(file);
                    case "csv" -> TablePrompts.table(file, ',');
                    case "tsv" -> TablePrompts.table(file, '\t');
                    case "jsonl" -> JsonLinesPrompts.table(file);
                    default -> throw PromptReader.unsupported(file);
                };
        if (table.rows().isEmpty()) {
            throw PromptReader.empty(file);
        }
        return table;
    }

    /**
     * @param column a column
     * @return its values in file order, none of them blank
     * @throws BadFile if there is no such column, or a row has nothing in it
     */
    public List<String> prompts(String column) {
        if (!columns.contains(column)) {
            throw new BadFile(
                    file + " has no column '" + column + "'. Its columns: " + String.join(", ", columns) + ".");
        }
        List<String> prompts = new ArrayList<>();
        for (Row row : rows) {
            String prompt = row.values().get(column);
            if (prompt == null || prompt.isBlank()) {
                throw PromptReader.wrongLine(
                        file, row.line(), "there is no text in column '" + column + "'. Remove the row or fill it in.");
            }
            prompts.add(prompt);
        }
        return prompts;
    }
}
