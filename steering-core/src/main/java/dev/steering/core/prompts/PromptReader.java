package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Reads prompts from {@code .txt}, {@code .csv}, {@code .tsv} and {@code .jsonl} files, chosen by the extension.
 *
 * <ul>
 *   <li>{@code .txt}: one prompt a line.
 *   <li>{@code .csv}, {@code .tsv}: a header, then one prompt a record; values in double quotes may span lines.
 *   <li>{@code .jsonl}: one JSON object a line.
 * </ul>
 *
 * Files are strict UTF-8 with or without a byte order mark; lines end in LF or CRLF. Prompts are taken as they are, including
 * surrounding spaces, and a blank one is an error rather than something to skip: it would silently change the set. The whole
 * file is held in memory. Immutable and thread-safe.
 */
public final class PromptReader {
    private static final System.Logger LOG = System.getLogger("dev.steering.core");

    /** The column read unless another is asked for. */
    public static final String DEFAULT_COLUMN = "prompt";

    private final String column;

    private PromptReader(String column) {
        this.column = column;
    }

    /** @return a reader of the column {@code prompt} */
    public static PromptReader withDefaults() {
        return new PromptReader(DEFAULT_COLUMN);
    }

    /**
     * @param newColumn the column or JSON field that holds the prompts, case-sensitive
     * @return a reader of that column, which refuses {@code .txt} files unless it is the default: they have no columns
     */
    public PromptReader withColumn(String newColumn) {
        return new PromptReader(newColumn);
    }

    /**
     * @param file a {@code .txt}, {@code .csv}, {@code .tsv} or {@code .jsonl} file
     * @return its prompts in file order, at least one; unmodifiable
     * @throws BadFile if the file cannot be read, is malformed, or holds a blank prompt or none
     */
    public List<String> read(Path file) {
        return rows(file).stream().map(PromptRow::prompt).toList();
    }

    /**
     * As {@link #read}, keeping the other columns.
     *
     * @param file a {@code .txt}, {@code .csv}, {@code .tsv} or {@code .jsonl} file
     * @return its rows in file order, at least one; unmodifiable
     * @throws BadFile as {@link #read}
     */
    public List<PromptRow> rows(Path file) {
        List<PromptRow> rows =
                switch (extension(file)) {
                    case "txt" -> TextPrompts.read(file, column);
                    case "csv" -> TablePrompts.read(file, column, ',');
                    case "tsv" -> TablePrompts.read(file, column, '\t');
                    case "jsonl" -> JsonLinesPrompts.read(file, column);
                    default -> throw unsupported(file);
                };
        if (rows.isEmpty()) {
            throw empty(file);
        }
        LOG.log(System.Logger.Level.DEBUG, () -> "prompts " + file.toAbsolutePath() + ": " + rows.size() + " rows");
        return List.copyOf(rows);
    }

    static String extension(Path file) {
        Path last = file.getFileName();
        String name = last == null ? "" : last.toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    static BadFile unsupported(Path file) {
        String hint = extension(file).equals("parquet")
                ? " Parquet needs a library larger than this program: convert it, for example with pandas:"
                        + " pandas.read_parquet(\"in.parquet\").to_csv(\"out.csv\", index=False)."
                : "";
        return new BadFile("cannot read prompts from " + file
                + ": its extension is not supported. Supported: .txt, .csv, .tsv, .jsonl." + hint);
    }

    static BadFile empty(Path file) {
        return new BadFile(file + " holds no prompts, expected at least one.");
    }

    /** A complaint about a line of a file. */
    static BadFile wrongLine(Path file, long line, String problem) {
        return new BadFile(file + ", line " + line + ": " + problem);
    }
}
