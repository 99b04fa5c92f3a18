package dev.steering.core.prompts.rows;

import dev.steering.core.BadFile;
import dev.steering.core.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** {@code .csv} and {@code .tsv}: RFC 4180 with a header, the delimiter a comma or a tab. */
final class DelimitedRows implements RowSource {
    private final Content content;
    private final char delimiter;

    DelimitedRows(Content content, char delimiter) {
        this.content = content;
        this.delimiter = delimiter;
    }

    @Override
    public String name() {
        return content.name();
    }

    @Override
    public String unit() {
        return RowFiles.LINE;
    }

    @Override
    public void read(RowSink sink, ProgressListener progress) {
        CSVFormat format = CSVFormat.RFC4180.builder().setDelimiter(delimiter).get();
        long line = 1;
        try (CSVParser parser = CSVParser.parse(content.open(progress), format)) {
            Pass pass = new Pass(sink);
            for (CSVRecord values : parser) {
                if (!pass.takes(line, values.toList())) {
                    break;
                }
                // A quoted value may span lines: the next record starts behind the last line of this one.
                line = parser.getCurrentLineNumber() + 1;
            }
        } catch (IOException | UncheckedIOException e) {
            throw content.wrong("record at line " + line, "the quotes are not valid CSV: " + e.getMessage());
        }
    }

    /** One reading. */
    private final class Pass {
        private final RowSink sink;
        private @Nullable List<String> header;
        private long blank;

        Pass(RowSink sink) {
            this.sink = sink;
        }

        boolean takes(long line, List<String> values) {
            List<String> names = header;
            if (names == null) {
                requireDistinct(values);
                header = values;
                return true;
            }
            if (values.size() == 1 && values.get(0).isBlank()) {
                blank = blank == 0 ? line : blank;
                return true;
            }
            if (blank > 0) {
                throw wrong(blank, "the line is blank in the middle of the table. Remove it.");
            }
            return sink.row(line, fields(line, names, values), Set.of());
        }

        private void requireDistinct(List<String> names) {
            Set<String> seen = new LinkedHashSet<>();
            for (String name : names) {
                if (!seen.add(name)) {
                    throw wrong(1, "two columns are named '" + name + "'. Rename one.");
                }
            }
        }

        private Map<String, String> fields(long line, List<String> names, List<String> values) {
            if (values.size() != names.size()) {
                throw wrong(
                        line,
                        "expected " + names.size() + " values as in the header, found " + values.size()
                                + ". Put values that hold the delimiter in double quotes.");
            }
            Map<String, String> fields = new LinkedHashMap<>();
            for (int i = 0; i < values.size(); i++) {
                fields.put(names.get(i), values.get(i));
            }
            return fields;
        }

        private BadFile wrong(long line, String problem) {
            return content.wrong("line " + line, problem);
        }
    }
}
