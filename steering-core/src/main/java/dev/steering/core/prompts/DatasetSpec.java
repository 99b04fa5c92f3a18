package dev.steering.core.prompts;

import dev.steering.core.BadRequest;
import dev.steering.core.FileNames;
import dev.steering.core.SteeringException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which prompts to read, as people write it for every command: {@code
 * [NAME=]FILE[:COLUMN][@comply|@refuse][@label=COLUMN:VALUE][?COLUMN=VALUE]}.
 *
 * <p>The file {@code -} is standard input, one prompt a line, which can be read once; a file of that name is {@code ./-}.
 *
 * @param name what to call the prompts in tables
 * @param file the file
 * @param column the column with the prompts, or several with + between them that are joined by an empty line; of a {@code .json} file
 *     perhaps the names that lead to its array in front, with dots. Null for the published layout's own, or {@code prompt}
 * @param expectation which prompts of the file are wanted, where it says itself what they ask for; otherwise what all of them ask for.
 *     Null for all of them, and for what the file says
 * @param rows which rows are meant
 */
public record DatasetSpec(
        String name, Path file, @Nullable String column, @Nullable Expectation expectation, RowChoice rows) {
    static final String STANDARD_INPUT = "-";
    private static final Pattern EXPECTATION = Pattern.compile("(.*)@(comply|refuse)", Pattern.CASE_INSENSITIVE);
    private static final Pattern UNKNOWN = Pattern.compile("(.*)@([^@]*)");
    private static final Pattern LABEL = Pattern.compile("(.*)@label=([^@:?]+):([^@?]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern FILTER = Pattern.compile("(.+?)\\?(.*)");
    private static final Pattern NAME = Pattern.compile("([A-Za-z][A-Za-z0-9_.-]*)=(.+)");
    /** At least two characters before the colon, none of them a separator after it: C:\\file is a path on Windows and names no column. */
    private static final Pattern COLUMN = Pattern.compile("(..+):([^/\\\\:]+)");

    /**
     * All rows of a file.
     *
     * @param name what to call the prompts in tables
     * @param file the file
     * @param column the column with the prompts; null for the layout's own
     * @param expectation which prompts are wanted, or what all of them ask for; null for what the file says
     */
    public DatasetSpec(String name, Path file, @Nullable String column, @Nullable Expectation expectation) {
        this(name, file, column, expectation, RowChoice.EVERY);
    }

    /**
     * @param text the text form; a name of an existing file is always that file, whatever characters it has
     * @return what it says; without a name that of the file without its extension
     * @throws SteeringException if it is empty, or asks for something other than to comply or to refuse
     */
    public static DatasetSpec parse(String text) {
        String rest = text.strip();
        if (rest.isEmpty()) {
            throw new BadRequest("A dataset must be given as [NAME=]FILE[:COLUMN][@comply|@refuse], found nothing.");
        }
        Suffixes suffixes = new Suffixes();
        rest = suffixes.takenOff(rest);
        String name = null;
        String column = null;
        if (!exists(rest)) {
            Matcher named = NAME.matcher(rest);
            if (named.matches()) {
                name = named.group(1);
                rest = named.group(2);
            }
        }
        if (!exists(rest)) {
            Matcher columned = COLUMN.matcher(rest);
            if (columned.matches()) {
                rest = columned.group(1);
                column = columned.group(2);
            }
        }
        Path file = FileNames.given(rest);
        Matcher unknown = UNKNOWN.matcher(rest);
        if (!exists(rest) && unknown.matches() && exists(unknown.group(1))) {
            throw new BadRequest("'" + text + "' asks for '" + unknown.group(2)
                    + "': expected @comply, @refuse or @label=COLUMN:VALUE behind the file and its column.");
        }
        return new DatasetSpec(name == null ? stem(file) : name, file, column, suffixes.expectation, suffixes.rows());
    }

    /** What stands behind a file and its column, read from the end. */
    private static final class Suffixes {
        private @Nullable Expectation expectation;
        private RowChoice.@Nullable Condition label;
        private List<RowChoice.Condition> filter = List.of();

        RowChoice rows() {
            return label == null && filter.isEmpty() ? RowChoice.EVERY : new RowChoice(label, filter);
        }

        String takenOff(String text) {
            Matcher filtered = FILTER.matcher(text);
            // A question mark may be part of a name.
            if (exists(text) || exists(new Suffixes().sidesTakenOff(text)) || !filtered.matches()) {
                return sidesTakenOff(text);
            }
            filter = RowChoice.filter(filtered.group(2), text);
            return sidesTakenOff(filtered.group(1));
        }

        private String sidesTakenOff(String text) {
            String rest = text;
            boolean found = true;
            while (found && !exists(rest)) {
                Matcher labelled = LABEL.matcher(rest);
                Matcher asks = EXPECTATION.matcher(rest);
                found = false;
                if (label == null && labelled.matches()) {
                    label = new RowChoice.Condition(
                            labelled.group(2), true, List.of(labelled.group(3).strip()));
                    rest = labelled.group(1);
                    found = true;
                } else if (expectation == null && asks.matches()) {
                    expectation = Expectation.valueOf(asks.group(2).toUpperCase(Locale.ROOT));
                    rest = asks.group(1);
                    found = true;
                }
            }
            return rest;
        }
    }

    /**
     * @param newColumn the column with the prompts
     * @return the same with it
     */
    public DatasetSpec withColumn(String newColumn) {
        return new DatasetSpec(name, file, newColumn, expectation, rows);
    }

    /** @return whether this is standard input */
    public boolean isStandardInput() {
        return file.toString().equals(STANDARD_INPUT);
    }

    /** What follows the file in the text form. */
    String suffix() {
        return (column == null ? "" : ":" + column)
                + (expectation == null ? "" : "@" + expectation.name().toLowerCase(Locale.ROOT))
                + rows.suffix();
    }

    /** The text form that asks for a side. */
    String named(Expectation side) {
        return file + new DatasetSpec(name, file, column, side, rows).suffix();
    }

    private static boolean exists(String path) {
        return !path.isEmpty() && !path.equals(STANDARD_INPUT) && Files.exists(FileNames.given(path));
    }

    private static String stem(Path file) {
        if (file.toString().equals(STANDARD_INPUT)) {
            return "stdin";
        }
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
