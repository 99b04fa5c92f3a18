package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code .txt}, and standard input: one prompt a line. */
final class TextPrompts {
    private TextPrompts() {}

    /** Blank lines at the end are left out, as those of a table are. */
    static PromptTable table(String source, String text) {
        List<PromptTable.Row> rows = new ArrayList<>();
        List<String> lines = withoutBlankEnd(Utf8Text.lines(text));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                throw new BadFile(source + ", line " + (i + 1) + ": the line is blank. Remove it or fill it in.");
            }
            if (lines.get(i).indexOf('\r') >= 0) {
                throw new BadFile(
                        source + ", line " + (i + 1) + ": a carriage return stands within the line, as in files whose"
                                + " lines end with it alone. Save the file with line ends of LF or CRLF.");
            }
            rows.add(new PromptTable.Row(i + 1, Map.of(PromptReader.DEFAULT_COLUMN, lines.get(i))));
        }
        return new PromptTable(source, PromptTable.LINE, List.of(PromptReader.DEFAULT_COLUMN), rows);
    }

    static List<String> withoutBlankEnd(List<String> lines) {
        int end = lines.size();
        while (end > 0 && lines.get(end - 1).isBlank()) {
            end--;
        }
        return lines.subList(0, end);
    }
}
