package dev.steering.core.prompts;

import dev.steering.core.BadFile;
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
        List<String> header = new ArrayList<>();
        List<PromptRow> rows = new ArrayList<>();
        forEachRecord(file, delimiter, (line, values) -> {
            if (header.isEmpty()) {
                header.addAll(checkedHeader(file, values, column));
            } else {
                rows.add(row(file, line, fields(file, line, header, values), column));
            }
        });
        return rows;
    }

    static PromptTable table(Path file, char delimiter) {
        List<String> header = new ArrayList<>();
        List<PromptTable.Row> rows = new ArrayList<>();
        List<Long> blank = new ArrayList<>();
        forEachRecord(file, delimiter, (line, values) -> {
            if (header.isEmpty()) {
                header.addAll(distinct(file, values));
            } else if (values.size() == 1 && values.get(0).isBlank()) {
                blank.add(line);
            } else {
                if (!blank.isEmpty()) {
                    throw PromptReader.wrongLine(
                            file, blank.get(0), "the line is blank in the middle of the table. Remove it.");
                }
                rows.add(new PromptTable.Row(line, fields(file, line, header, values)));
            }
        });
        return new PromptTable(file, header, rows);
    }

    /** Takes a record and the line that it begins at. */
    private interface RecordConsumer {
        void accept(long line, List<String> values);
    }

    private static void forEachRecord(Path file, char delimiter, RecordConsumer consumer) {
        CSVFormat format = CSVFormat.RFC4180.builder().setDelimiter(delimiter).get();
        long line = 1;
        try (CSVParser parser = CSVParser.parse(new StringReader(Utf8Text.read(file)), format)) {
            for (CSVRecord values : parser) {
                consumer.accept(line, values.toList());
                // A quoted value may span lines: the next record starts behind the last line of this one.
                line = parser.getCurrentLineNumber() + 1;
            }
        } catch (IOException | UncheckedIOException e) {
            throw new BadFile(
                    file + ", record at line " + line + ": the quotes are not valid CSV: " + e.getMessage(), e);
        }
    }

    private static List<String> checkedHeader(Path file, List<String> header, String column) {
        if (!distinct(file, header).contains(column)) {
            throw new BadFile(
                    file + " has no column '" + column + "'. Its columns: " + String.join(", ", header) + ".");
        }
        return header;
    }

    private static List<String> distinct(Path file, List<String> header) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : header) {
            if (!names.add(name)) {
                throw PromptReader.wrongLine(file, 1, "two columns are named '" + name + "'. Rename one.");
            }
        }
        return header;
    }

    private static Map<String, String> fields(Path file, long line, List<String> header, List<String> values) {
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
        return fields;
    }

    private static PromptRow row(Path file, long line, Map<String, String> fields, String column) {
        String prompt = fields.remove(column);
        if (prompt == null || prompt.isBlank()) {
            throw PromptReader.wrongLine(
                    file, line, "the prompt in column '" + column + "' is blank. Remove the row or fill it in.");
        }
        return new PromptRow(prompt, fields);
    }
}
