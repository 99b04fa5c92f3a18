package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of a file's rows are meant.
 *
 * @param label the value of a column that marks the rows of the side that a user says; null for none
 * @param filter what rows must be like, all of it
 */
public record RowChoice(@Nullable Condition label, List<Condition> filter) {
    /** Every row. */
    public static final RowChoice EVERY = new RowChoice(null, List.of());

    public RowChoice {
        filter = List.copyOf(filter);
    }

    /**
     * What a column must hold, or must not.
     *
     * @param column a column
     * @param equal whether one of the values must be there, or none of them
     * @param values values, compared without white space around them
     */
    public record Condition(String column, boolean equal, List<String> values) {
        public Condition {
            values = List.copyOf(values);
        }

        boolean takes(PromptTable.Row row) {
            return values.contains(row.shown(column).strip()) == equal;
        }

        String text() {
            return column + (equal ? "=" : "!=") + String.join("|", values);
        }
    }

    /**
     * Reads what stands behind the question mark: {@code COLUMN=VALUE|VALUE&COLUMN!=VALUE}.
     *
     * @param whole all that the user wrote, for messages
     */
    static List<Condition> filter(String text, String whole) {
        List<Condition> conditions = new ArrayList<>();
        for (String part : text.split("&", -1)) {
            int sign = part.indexOf('=');
            boolean not = sign > 0 && part.charAt(sign - 1) == '!';
            String column = sign < 1 ? "" : part.substring(0, not ? sign - 1 : sign);
            if (column.isBlank() || sign == part.length() - 1) {
                throw new BadRequest(whole + ": '?" + text
                        + "' is no filter: expected ?COLUMN=VALUE or ?COLUMN!=VALUE behind the file,"
                        + " several values with | and several columns with & between them.");
            }
            conditions.add(
                    new Condition(column, !not, List.of(part.substring(sign + 1).split("\\|", -1))));
        }
        return conditions;
    }

    /** Whether every row is meant. */
    boolean isEvery() {
        return label == null && filter.isEmpty();
    }

    boolean takes(PromptTable.Row row) {
        return (label == null || label.takes(row)) && filter.stream().allMatch(one -> one.takes(row));
    }

    /** What follows the side in the text form. */
    String suffix() {
        String marked = label == null
                ? ""
                : "@label=" + label.column() + ":" + label.values().get(0);
        return marked
                + (filter.isEmpty()
                        ? ""
                        : "?" + filter.stream().map(Condition::text).collect(Collectors.joining("&")));
    }

    private List<Condition> all() {
        List<Condition> all = new ArrayList<>(filter);
        if (label != null) {
            all.add(0, label);
        }
        return all;
    }

    /** @throws BadFile if a column is not there */
    void requireColumns(RowSurvey survey) {
        for (Condition one : all()) {
            survey.requireColumn(one.column());
        }
    }

    /** A complaint: no row is like that. */
    BadRequest takesNone(RowSurvey survey) {
        String held = all().stream()
                .map(Condition::column)
                .distinct()
                .map(column -> "'" + column + "' holds " + survey.words(column))
                .collect(Collectors.joining("; "));
        return new BadRequest(survey.origin().source() + suffix() + " takes none of the " + survey.rows() + " rows: "
                + held + ". Write the value as it stands in the file.");
    }
}
