package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import dev.steering.core.prompts.rows.RowFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one column of a file ({@link PromptTable} says which files), whatever the file says about what its prompts ask for: {@link
 * Dataset} is the reader that knows published layouts and sides. Prompts are taken as they are, including surrounding spaces, and a blank
 * one is an error rather than something to skip. Immutable and thread-safe.
 */
public final class PromptReader {
    private static final System.Logger LOG = System.getLogger("dev.steering.core");

    /** The column read unless another is asked for. */
    public static final String DEFAULT_COLUMN = RowFiles.PROMPT;

    private final String column;

    private PromptReader(String column) {
        this.column = column;
    }

    /** @return a reader of the column {@code prompt} */
    public static PromptReader withDefaults() {
        return new PromptReader(DEFAULT_COLUMN);
    }

    /**
     * @param newColumn the column or JSON field that holds the prompts, case-sensitive; in a {@code .json} file it may begin with the
     *     names that lead to the array, with dots
     * @return a reader of that column, which refuses {@code .txt} files unless it is the default: they have no columns
     */
    public PromptReader withColumn(String newColumn) {
        return new PromptReader(newColumn);
    }

    /**
     * @param file a file of prompts
     * @return its prompts in file order, at least one; unmodifiable
     * @throws BadFile if the file cannot be read, is malformed, or holds a blank prompt or none
     */
    public List<String> read(Path file) {
        return rows(file).stream().map(PromptRow::prompt).toList();
    }

    /**
     * As {@link #read}, keeping the other columns.
     *
     * @param file a file of prompts
     * @return its rows in file order, at least one; unmodifiable
     * @throws BadFile as {@link #read}
     */
    public List<PromptRow> rows(Path file) {
        Named named = Named.open(file, column);
        PromptTable table = PromptTable.of(named.rows());
        String read = named.column() == null ? DEFAULT_COLUMN : named.column();
        table.requireColumn(read);
        List<PromptRow> rows = new ArrayList<>();
        for (PromptTable.Row row : table.rows()) {
            Map<String, String> fields = new LinkedHashMap<>();
            for (String name : table.columns()) {
                if (!name.equals(read)
                        && (row.values().containsKey(name) || row.others().containsKey(name))) {
                    fields.put(name, row.shown(name));
                }
            }
            rows.add(new PromptRow(table.text(row, read), fields));
        }
        LOG.log(System.Logger.Level.DEBUG, () -> "prompts " + file.toAbsolutePath() + ": " + rows.size() + " rows");
        return List.copyOf(rows);
    }
}
