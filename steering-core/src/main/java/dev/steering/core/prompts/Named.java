package dev.steering.core.prompts;

import dev.steering.core.prompts.rows.RowFiles;
import dev.steering.core.prompts.rows.RowSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Rows with the column that is asked for in them: of a JSON file, what is asked for may begin with the way to the array.
 *
 * @param rows the rows
 * @param column the column of them; null for the layout's own
 */
record Named(RowSource rows, @Nullable String column) {
    private static final int SHOWN = 60;

    /** Opens a file by its extension, or standard input, which has none. */
    static Named open(Path file, @Nullable String column) {
        if (file.toString().equals(DatasetSpec.STANDARD_INPUT)) {
            return new Named(RowFiles.lines(Utf8Text.STANDARD_INPUT, System.in), column);
        }
        RowFiles.Opened opened = RowFiles.open(file, column);
        return new Named(opened.source(), opened.column());
    }

    /** A text that fits into a message. */
    static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= SHOWN
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHOWN)) + "...";
    }
}
