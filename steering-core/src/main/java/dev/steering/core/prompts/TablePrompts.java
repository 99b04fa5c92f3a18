package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
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

    static PromptTable table(String source, String text, char delimiter) {
        List<String> header = new ArrayList<>();
        List<PromptTable.Row> rows = new ArrayList<>();
        List<Long> blank = new ArrayList<>();
        forEachRecord(source, text, delimiter, (line, values) -> {
            if (header.isEmpty()) {
                header.addAll(distinct(source, values));
            } else if (values.size() == 1 && values.get(0).isBlank()) {
                blank.add(line);
            } else {
                if (!blank.isEmpty()) {
                    throw wrongLine(source, blank.get(0), "the line is blank in the middle of the table. Remove it.");
                }
                rows.add(new PromptTable.Row(line, fields(source, line, header, values)));
            }
        });
        return new PromptTable(source, PromptTable.LINE, header, rows);
    }

    /** Takes a record and the line that it begins at. */
    private interface RecordConsumer {
        void accept(long line, List<String> values);
    }

    private static void forEachRecord(String source, String text, char delimiter, RecordConsumer consumer) {
        CSVFormat format = CSVFormat.RFC4180.builder().setDelimiter(delimiter).get();
        long line = 1;
        try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
            for (CSVRecord values : parser) {
                consumer.accept(line, values.toList());
                // A quoted value may span lines: the next record starts behind the last line of this one.
                line = parser.getCurrentLineNumber() + 1;
            }
        } catch (IOException | UncheckedIOException e) {
            throw new BadFile(
                    source + ", record at line " + line + ": the quotes are not valid CSV: " + e.getMessage(), e);
        }
    }

    private static List<String> distinct(String source, List<String> header) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : header) {
            if (!names.add(name)) {
                throw wrongLine(source, 1, "two columns are named '" + name + "'. Rename one.");
            }
        }
        return header;
    }

    private static Map<String, String> fields(String source, long line, List<String> header, List<String> values) {
        if (values.size() != header.size()) {
            throw wrongLine(
                    source,
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

    private static BadFile wrongLine(String source, long line, String problem) {
        return new BadFile(source + ", line " + line + ": " + problem);
    }
}
