package dev.steering.core.prompts;

import dev.steering.core.PromptIdentity;
import dev.steering.core.SteeringException;
import java.io.InputStream;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A file of prompts as it was published: the rows that are asked for are all kept, and nothing of a prompt is trimmed. Immutable.
 *
 * @param spec where it comes from
 * @param layout its layout
 * @param column the column that was read, or several with + between them
 * @param sets its prompts by what they ask for: one set, or two named {@code NAME-safe} and {@code NAME-unsafe}
 * @param duplicates the prompts that are there more than once ({@link PromptIdentity}), with the lines that they are in; they are kept
 * @param unlabelled rows that are left out because nothing says about them what they ask for
 * @param found how many prompts of each side there are, before a limit left any out
 */
public record Dataset(
        DatasetSpec spec,
        Layout layout,
        String column,
        List<PromptSet> sets,
        Map<String, List<Long>> duplicates,
        int unlabelled,
        Map<Expectation, Integer> found) {
    public Dataset {
        found = Collections.unmodifiableMap(new EnumMap<>(found));
        sets = List.copyOf(sets);
        duplicates = Collections.unmodifiableMap(new LinkedHashMap<>(duplicates));
    }

    /**
     * Reads both sides of a file, or the side that the spec names: of a file that says itself what its rows ask for, the rows of that side;
     * of any other, all rows.
     *
     * @param spec which file, and how to read it
     * @return its prompts
     * @throws SteeringException if the file cannot be read, has no such column, a blank prompt, or nothing says whether its
     *     prompts should be answered or refused
     */
    public static Dataset read(DatasetSpec spec) {
        return DatasetReader.withDefaults().read(spec);
    }

    /**
     * Reads the prompts of one class.
     *
     * @param spec which file, and how to read it
     * @param side what the prompts are to ask for
     * @return its prompts, all of that side
     * @throws SteeringException as {@link #read(DatasetSpec)}; if the file also holds prompts of the other side and the spec does not say
     *     that they are to be left out, or holds prompts of the other side only
     */
    public static Dataset readSide(DatasetSpec spec, Expectation side) {
        return DatasetReader.withDefaults().readSide(spec, side);
    }

    /**
     * Reads prompts for which it does not matter what they ask for.
     *
     * @param spec which file, and how to read it; of a side, only the prompts of that side
     * @return the prompts, in file order
     * @throws SteeringException if the file cannot be read, has no such column, or a blank prompt
     */
    public static List<Prompt> readPrompts(DatasetSpec spec) {
        return DatasetReader.withDefaults().readPrompts(spec);
    }

    /**
     * Reads one prompt a line, by the rules of a {@code .txt} file.
     *
     * @param in standard input, which is read to its end
     * @return the prompts
     * @throws SteeringException as {@link PromptTable#readStandardInput}
     */
    public static List<Prompt> readStandardInput(InputStream in) {
        PromptTable table = PromptTable.readStandardInput(in);
        Origin origin = new Origin(table.source(), table.unit());
        return table.rows().stream()
                .map(row -> new Prompt(origin.text(row, PromptReader.DEFAULT_COLUMN), origin.place(row)))
                .toList();
    }

    /** @return all its prompts, in the order of the sets */
    public List<Prompt> prompts() {
        return sets.stream().flatMap(set -> set.rows().stream()).toList();
    }

    /** @return whether a limit left prompts out */
    public boolean isSample() {
        return sets.stream()
                .anyMatch(set ->
                        found.getOrDefault(set.expectation(), 0) > set.rows().size());
    }

    /** @return one line for people: what was read, and how many rows are there twice */
    public String describe() {
        String words = sets.stream().map(this::words).collect(Collectors.joining(", "));
        String kind = layout == Layout.OTHER ? "" : layout.words() + ", ";
        return (spec.isStandardInput() ? Utf8Text.STANDARD_INPUT : spec.file()) + ": " + kind + "column '" + column
                + "', " + words
                + (unlabelled == 0 ? "" : "; " + unlabelled + " rows without a label are left out")
                + (duplicates.isEmpty() ? "" : "; " + repetitions());
    }

    private String words(PromptSet set) {
        int taken = set.rows().size();
        int all = found.getOrDefault(set.expectation(), taken);
        return taken + (all > taken ? " of " + all : "") + " that should "
                + set.expectation().words() + " (" + set.name() + ")";
    }

    /** @return how many rows repeat a prompt, for people; empty if none does */
    public String repetitions() {
        if (duplicates.isEmpty()) {
            return "";
        }
        long repeated = duplicates.values().stream()
                .mapToLong(found -> found.size() - 1L)
                .sum();
        List<Long> lines = duplicates.values().iterator().next();
        return repeated + (repeated == 1 ? " row repeats" : " rows repeat") + " a prompt (kept; for example lines "
                + lines.stream().map(String::valueOf).collect(Collectors.joining(" and ")) + ")";
    }
}
