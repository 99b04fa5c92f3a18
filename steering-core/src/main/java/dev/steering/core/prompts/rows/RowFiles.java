package dev.steering.core.prompts.rows;

import dev.steering.core.BadFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Opens a file of rows by the ending of its name.
 *
 * <ul>
 *   <li>{@code .txt}, and standard input: one prompt a line, in the column {@value #PROMPT}.
 *   <li>{@code .csv}, {@code .tsv}: a header, then one record a row; values in double quotes may span lines.
 *   <li>{@code .jsonl}: one JSON object a line.
 *   <li>{@code .json}: an array of objects or of strings; or an object that holds such an array under a name.
 *   <li>what a {@link RowFormat} adds.
 * </ul>
 *
 * Text is strict UTF-8 with or without a byte order mark; lines end in LF or CRLF. Stateless and thread-safe.
 */
public final class RowFiles {
    /** The column of prompts that have none of their own: lines of text, strings in an array. */
    public static final String PROMPT = "prompt";

    /** Rows of text are counted in lines. */
    public static final String LINE = "line";

    static final String ELEMENT = "element";

    /**
     * Rows, and the column that is asked for in them.
     *
     * @param source the rows
     * @param column what is left of the asked column when the names that lead to a JSON array are taken off; null if nothing is asked for
     */
    public record Opened(RowSource source, @Nullable String column) {}

    private RowFiles() {}

    /**
     * @param file a file
     * @param column the column that is asked for; of a JSON file perhaps with the names that lead to its array in front. Null for none
     * @return its rows
     * @throws BadFile if there is no such file, its ending is not known, or it is no such file inside
     */
    public static Opened open(Path file, @Nullable String column) {
        String ending = ending(file);
        Content content = Content.of(file);
        if (Set.of("txt", "csv", "tsv", "jsonl", "json").contains(ending)) {
            requireFile(file);
        }
        return switch (ending) {
            case "txt" -> new Opened(new TextRows(content), column);
            case "csv" -> new Opened(new DelimitedRows(content, ','), column);
            case "tsv" -> new Opened(new DelimitedRows(content, '\t'), column);
            case "jsonl" -> new Opened(new JsonLineRows(content), column);
            case "json" -> JsonDocuments.open(content, column);
            default -> new Opened(added(file, ending), column);
        };
    }

    /**
     * @param name what to call it in messages
     * @param in lines of text, which are read to the end and held
     * @return its rows
     * @throws BadFile if it cannot be read
     */
    public static RowSource lines(String name, InputStream in) {
        return new TextRows(Content.of(name, in));
    }

    private static RowSource added(Path file, String ending) {
        Set<String> endings = new TreeSet<>();
        for (RowFormat format : ServiceLoader.load(RowFormat.class, RowFormat.class.getClassLoader())) {
            if (format.endings().contains(ending)) {
                requireFile(file);
                return format.open(file);
            }
            endings.addAll(format.endings());
        }
        throw unsupported(file, ending, endings);
    }

    static BadFile unsupported(Path file, String ending, Set<String> added) {
        StringBuilder known = new StringBuilder(".txt, .csv, .tsv, .jsonl, .json");
        added.forEach(one -> known.append(", .").append(one));
        String hint = ending.equals("parquet")
                ? " Parquet is read by a module of its own, steering-parquet: put it on the class path, or convert the file."
                : "";
        return new BadFile("cannot read prompts from " + file + ": its extension is not supported. Supported: " + known
                + "." + hint);
    }

    private static void requireFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadFile(file + " is a directory, expected a file of prompts.");
        }
        if (!Files.exists(file)) {
            throw new BadFile("cannot read " + file + ": no such file.");
        }
    }

    private static String ending(Path file) {
        Path last = file.getFileName();
        String name = last == null ? "" : last.toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
