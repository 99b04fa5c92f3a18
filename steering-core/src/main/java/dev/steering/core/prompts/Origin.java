package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import java.util.List;
import java.util.Locale;

/**
 * Where rows come from: what messages about them begin with.
 *
 * @param source what was read: a file's path as given, or {@value Utf8Text#STANDARD_INPUT}
 * @param unit what rows are counted in
 */
record Origin(String source, String unit) {
    /** Where a row stands, for people. */
    String place(PromptTable.Row row) {
        return source + ", " + unit + " " + row.line();
    }

    /** A complaint about a row. */
    BadFile wrong(PromptTable.Row row, String problem) {
        return new BadFile(place(row) + ": " + problem);
    }

    /** The text of a column, which must be there. */
    String text(PromptTable.Row row, String column) {
        String other = row.others().get(column);
        if (other != null && !other.equals("null")) {
            throw wrong(
                    row,
                    "the value of '" + column + "' must be a text, found " + Named.shortened(other)
                            + ". Name a column of texts, as in FILE:COLUMN.");
        }
        String text = row.values().get(column);
        if (text == null || text.isBlank()) {
            throw wrong(row, "there is no text in column '" + column + "'. Remove the row or fill it in.");
        }
        return text;
    }

    void requireColumn(List<String> columns, String column) {
        if (!columns.contains(column)) {
            throw new BadFile(source + " has no column '" + column + "'. " + choices(columns));
        }
    }

    /** Which columns there are, and how to name one. */
    String choices(List<String> columns) {
        return "Its columns: " + String.join(", ", columns) + ". Name the one to read, as in " + source + ":"
                + columns.get(0) + ".";
    }

    /** The last part of the source's path, in lower case; of a shard such as train-00000-of-00001 the last two. */
    String fileName() {
        String[] parts = source.toLowerCase(Locale.ROOT).split("[/\\\\]", -1);
        String last = parts[parts.length - 1];
        boolean shard = last.matches("(train|test|validation|dev)?-?[0-9]*(-of-[0-9]+)?\\.[a-z]+");
        return shard && parts.length > 1 ? parts[parts.length - 2] + "/" + last : last;
    }
}
