package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A table with the column that is asked for in it: of a JSON file, what is asked for may begin with the way to the array.
 *
 * @param table the table
 * @param column the column of it; null for the layout's own
 */
record Named(PromptTable table, @Nullable String column) {
    private static final int SHOWN = 60;

    /** Reads a file by its extension, or standard input, which has none. */
    static Named read(Path file, @Nullable String column) {
        String source = file.toString();
        if (source.equals(DatasetSpec.STANDARD_INPUT)) {
            return new Named(PromptTable.readStandardInput(System.in), column);
        }
        return switch (extension(file)) {
            case "txt" -> new Named(TextPrompts.table(source, Utf8Text.read(file)), column);
            case "csv" -> new Named(TablePrompts.table(source, Utf8Text.read(file), ','), column);
            case "tsv" -> new Named(TablePrompts.table(source, Utf8Text.read(file), '\t'), column);
            case "jsonl" -> new Named(JsonPrompts.lines(source, Utf8Text.read(file)), column);
            case "json" -> JsonPrompts.document(source, Utf8Text.read(file), column);
            default -> throw unsupported(file);
        };
    }

    private static String extension(Path file) {
        Path last = file.getFileName();
        String name = last == null ? "" : last.toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static BadFile unsupported(Path file) {
        String hint = extension(file).equals("parquet")
                ? " Parquet needs a library larger than this program: convert it, for example with pandas:"
                        + " pandas.read_parquet(\"in.parquet\").to_csv(\"out.csv\", index=False)."
                : "";
        return new BadFile("cannot read prompts from " + file
                + ": its extension is not supported. Supported: .txt, .csv, .tsv, .jsonl, .json." + hint);
    }

    /** A text that fits into a message. */
    static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= SHOWN
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHOWN)) + "...";
    }
}
