package dev.steering.core.prompts;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** {@code .csv} and {@code .tsv}: RFC 4180 with a header, the delimiter a comma or a tab. */
final class TablePrompts {
    private TablePrompts() {}

    static List<PromptRow> read(Path file, String column, char delimiter) {
        CSVFormat format = CSVFormat.RFC4180.builder().setDelimiter(delimiter).get();
        List<PromptRow> rows = new ArrayList<>();
        List<String> header = List.of();
        long line = 1;
        try (CSVParser parser = CSVParser.parse(new StringReader(Utf8Text.read(file)), format)) {
            for (CSVRecord values : parser) {
                if (values.getRecordNumber() == 1) {
                    header = checkedHeader(file, values.toList(), column);
                } else {
                    rows.add(row(file, line, header, values.toList(), column));
                }
                // A quoted value may span lines: the next record starts behind the last line of this one.
                line = parser.getCurrentLineNumber() + 1;
            }
        } catch (IOException | UncheckedIOException e) {
            throw new SteeringException(
                    file + ", record at line " + line + ": the quotes are not valid CSV: " + e.getMessage(), e);
        }
        return rows;
    }

    private static List<String> checkedHeader(Path file, List<String> header, String column) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : header) {
            if (!names.add(name)) {
                throw PromptReader.wrongLine(file, 1, "two columns are named '" + name + "'. Rename one.");
            }
        }
        if (!names.contains(column)) {
            throw new SteeringException(
                    file + " has no column '" + column + "'. Its columns: " + String.join(", ", header) + ".");
        }
        return header;
    }

    private static PromptRow row(Path file, long line, List<String> header, List<String> values, String column) {
        if (values.size() != header.size()) {
            throw PromptReader.wrongLine(
                    file,
                    line,
                    "expected " + header.size() + " values as in the header, found " + values.size()
                            + ". Put values that hold the delimiter in double quotes.");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            fields.put(header.get(i), values.get(i));
        }
        String prompt = fields.remove(column);
        if (prompt == null || prompt.isBlank()) {
            throw PromptReader.wrongLine(
                    file, line, "the prompt in column '" + column + "' is blank. Remove the row or fill it in.");
        }
        return new PromptRow(prompt, fields);
    }
}
