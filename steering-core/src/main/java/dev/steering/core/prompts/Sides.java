package dev.steering.core.prompts;

import dev.steering.core.BadRequest;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every row of a table asks for, and which rows are wanted. A file that says itself what its rows ask for is believed; what a user
 * says then chooses among its rows. Where a file says nothing, what the user says holds for all rows.
 */
final class Sides {
    private final Layout layout;
    private final PromptTable table;
    private final Labels labels;
    private final @Nullable Expectation all;
    private final @Nullable Expectation only;

    private Sides(
            Layout layout, PromptTable table, Labels labels, @Nullable Expectation all, @Nullable Expectation only) {
        this.layout = layout;
        this.table = table;
        this.labels = labels;
        this.all = all;
        this.only = only;
    }

    /**
     * @param spec what the user says
     * @param wanted the only side that is of use; null for both
     * @throws BadRequest if nothing says what rows ask for, or the wrong thing does; shows the choices
     */
    static Sides of(DatasetSpec spec, Layout layout, PromptTable table, @Nullable Expectation wanted) {
        Sides file = new Sides(layout, table, Labels.of(table), null, null);
        Map<Expectation, Integer> counts = file.counts();
        Expectation said = spec.expectation();
        if (said != null && (counts.isEmpty() || (!counts.containsKey(said) && layout.isNamed()))) {
            return new Sides(layout, table, file.labels, said, said);
        }
        if (counts.isEmpty()) {
            String unclear = file.labels.unclear();
            if (wanted == null || unclear != null) {
                throw new BadRequest(file.nothingSays(spec, unclear, wanted));
            }
            return new Sides(layout, table, file.labels, wanted, wanted);
        }
        Expectation only = said == null ? wanted : said;
        if (only != null && !counts.containsKey(only)) {
            throw new BadRequest(
                    spec.file() + " (" + file.kind() + ") holds no prompts that should " + only.words() + ", only "
                            + file.words(counts) + ". Give another file; "
                            + (layout.isNamed()
                                    ? "or write " + spec.named(only) + " if the file's name misleads."
                                    : "if the file is not what it looks like, give its columns other names."));
        }
        if (said == null && wanted != null && counts.size() > 1) {
            throw new BadRequest(spec.file() + " (" + file.kind() + ") holds " + file.words(counts)
                    + ", and is given as prompts that should " + wanted.words() + ". Write " + spec.named(wanted)
                    + " to take those of that side only, or give another file.");
        }
        return new Sides(layout, table, file.labels, null, only);
    }

    /** What a row asks for; null if its label is empty. */
    @Nullable
    Expectation of(PromptTable.Row row) {
        if (all != null) {
            return all;
        }
        Expectation side = layout.expectation(table, row.values());
        return side == null ? labels.of(row) : side;
    }

    boolean takes(Expectation side) {
        return only == null || only == side;
    }

    private Map<Expectation, Integer> counts() {
        Map<Expectation, Integer> counts = new EnumMap<>(Expectation.class);
        for (PromptTable.Row row : table.rows()) {
            Expectation side = of(row);
            if (side != null) {
                counts.merge(side, 1, Integer::sum);
            }
        }
        return counts;
    }

    private String words(Map<Expectation, Integer> counts) {
        StringBuilder words = new StringBuilder();
        counts.forEach((side, count) -> words.append(words.isEmpty() ? "" : " and ")
                .append(count)
                .append(" that should ")
                .append(side.words()));
        return words.toString();
    }

    private String kind() {
        boolean byLabel = layout == Layout.OTHER || layout == Layout.WILDGUARD;
        return byLabel ? "by its column '" + labels.column() + "'" : layout.words();
    }

    private String nothingSays(DatasetSpec spec, @Nullable String unclear, @Nullable Expectation wanted) {
        String why = unclear == null
                ? "Its columns are those of no published layout: " + String.join(", ", table.columns()) + "."
                : "Of what it says, nothing follows: " + unclear + ".";
        String choice = wanted == null
                ? spec.named(Expectation.COMPLY) + " or " + spec.named(Expectation.REFUSE)
                        + " if that is true of all of them"
                : spec.named(wanted) + " if all of them should " + wanted.words();
        return spec.file() + ": nothing says whether its prompts should be answered or refused. " + why + " Write "
                + choice + ".";
    }
}
