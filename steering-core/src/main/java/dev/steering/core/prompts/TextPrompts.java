package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code .txt}: one prompt a line. */
final class TextPrompts {
    private TextPrompts() {}

    static List<PromptRow> read(Path file, String column) {
        if (!column.equals(PromptReader.DEFAULT_COLUMN)) {
            throw new BadFile(file + " has no column '" + column
                    + "': a .txt file has one prompt a line and no columns. Use a .csv, .tsv or .jsonl file.");
        }
        List<PromptRow> rows = new ArrayList<>();
        for (String line : Utf8Text.lines(Utf8Text.read(file))) {
            if (line.isBlank()) {
                throw PromptReader.wrongLine(file, rows.size() + 1, "the line is blank. Remove it or fill it in.");
            }
            rows.add(new PromptRow(line, Map.of()));
        }
        return rows;
    }

    /** The same with the line numbers; blank lines at the end are left out, as those of a table are. */
    static PromptTable table(Path file) {
        List<PromptTable.Row> rows = new ArrayList<>();
        List<String> lines = Utf8Text.lines(Utf8Text.read(file));
        int end = lines.size();
        while (end > 0 && lines.get(end - 1).isBlank()) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            rows.add(new PromptTable.Row(i + 1, Map.of(PromptReader.DEFAULT_COLUMN, lines.get(i))));
        }
        return new PromptTable(file, List.of(PromptReader.DEFAULT_COLUMN), rows);
    }
}
