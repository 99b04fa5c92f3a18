package dev.steering.spark;

import dev.steering.core.BadRequest;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a table hold prompts and their classes.
 *
 * <p>A label is true or a number other than 0 for harmful prompts, false or 0 for harmless ones; or a word: {@code harmful}, {@code unsafe},
 * {@code refuse}, {@code true}, {@code 1}, or {@code harmless}, {@code safe}, {@code comply}, {@code false}, {@code 0}. A row with any other
 * is left out and said.
 *
 * @param prompt what the user says
 * @param label the class
 * @param id what identifies a row in what is said about it; null for the beginning of the prompt's hash
 */
public record PromptColumns(String prompt, String label, @Nullable String id) implements Serializable {
    private static final Set<String> HARMFUL = Set.of("harmful", "unsafe", "refuse", "true", "1");
    private static final Set<String> HARMLESS = Set.of("harmless", "safe", "comply", "false", "0");

    /** The columns {@code prompt} and {@code label}. */
    public static final PromptColumns STANDARD = new PromptColumns("prompt", "label", null);

    /**
     * The three columns as texts, in that order.
     *
     * @throws BadRequest if the table lacks one
     */
    Dataset<Row> of(Dataset<Row> table) {
        return table.select(
                text(table, prompt).as("prompt"),
                text(table, label).as("label"),
                id == null
                        ? functions.lit(null).cast("string").as("id")
                        : text(table, id).as("id"));
    }

    static Column text(Dataset<Row> table, String column) {
        List<String> columns = Arrays.asList(table.columns());
        if (!columns.contains(column)) {
            throw new BadRequest("the table has no column '" + column + "': expected one of " + columns + ".");
        }
        return table.col("`" + column.replace("`", "``") + "`").cast("string");
    }

    /** Whether a row's label says harmful; null if it says nothing. */
    static @Nullable Boolean harmful(@Nullable String label) {
        String word = label == null ? "" : label.strip().toLowerCase(Locale.ROOT);
        return HARMFUL.contains(word) ? Boolean.TRUE : HARMLESS.contains(word) ? Boolean.FALSE : null;
    }
}
