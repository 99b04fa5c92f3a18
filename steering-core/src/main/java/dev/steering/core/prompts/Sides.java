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
    private final RowSurvey survey;
    private final Labels labels;
    private final @Nullable Expectation all;
    private final @Nullable Expectation only;

    private Sides(
            Layout layout, RowSurvey survey, Labels labels, @Nullable Expectation all, @Nullable Expectation only) {
        this.layout = layout;
        this.survey = survey;
        this.labels = labels;
        this.all = all;
        this.only = only;
    }

    /** What the file itself says. */
    static Sides of(Layout layout, RowSurvey survey) {
        return new Sides(layout, survey, Labels.of(survey), null, null);
    }

    /**
     * @param spec what the user says
     * @param wanted the only side that is of use; null for both
     * @param counts how many prompts the file itself puts on each side
     * @throws BadRequest if nothing says what rows ask for, or the wrong thing does; shows the choices
     */
    Sides with(DatasetSpec spec, @Nullable Expectation wanted, Map<Expectation, Integer> counts) {
        Expectation said = spec.expectation();
        if (spec.rows().label() != null) {
            return new Sides(layout, survey, labels, marked(spec, wanted), null);
        }
        if (said != null && (counts.isEmpty() || (!counts.containsKey(said) && layout.isNamed(survey.columns())))) {
            return new Sides(layout, survey, labels, said, said);
        }
        if (counts.isEmpty()) {
            String unclear = labels.unclear();
            if (wanted == null || unclear != null || layout.isUndecided()) {
                throw new BadRequest(nothingSays(spec, unclear, wanted));
            }
            return new Sides(layout, survey, labels, wanted, wanted);
        }
        Expectation only = said == null ? wanted : said;
        if (only != null && !counts.containsKey(only)) {
            throw new BadRequest(
                    spec.file() + " (" + kind() + ") holds no prompts that should " + only.words() + ", only "
                            + words(counts) + ". Give another file; "
                            + (layout.isNamed(survey.columns())
                                    ? "or write " + spec.named(only) + " if the file's name misleads."
                                    : "if the file is not what it looks like, give its columns other names."));
        }
        if (said == null && wanted != null && counts.size() > 1) {
            throw new BadRequest(spec.file() + " (" + kind() + ") holds " + words(counts)
                    + ", and is given as prompts that should " + wanted.words() + ". Write " + spec.named(wanted)
                    + " to take those of that side only, or give another file.");
        }
        return new Sides(layout, survey, labels, null, only);
    }

    private static Expectation marked(DatasetSpec spec, @Nullable Expectation wanted) {
        Expectation said = spec.expectation();
        if (said != null) {
            return said;
        }
        if (wanted == null) {
            throw new BadRequest(
                    spec.file() + spec.suffix() + " says which rows are meant, not what they ask for. Write "
                            + spec.named(Expectation.COMPLY) + " or " + spec.named(Expectation.REFUSE) + ".");
        }
        return wanted;
    }

    /** What a row asks for in a column; null if its label is empty. */
    @Nullable
    Expectation of(PromptTable.Row row, PromptColumn column) {
        if (all != null) {
            return all;
        }
        if (column.side() != null) {
            return column.side();
        }
        Expectation side = layout.expectation(survey.origin(), row.values());
        return side == null ? labels.of(row) : side;
    }

    /**
     * @param counts how many prompts the file itself puts on each side
     * @param every how many there are
     * @return how many there are of each side that is wanted
     */
    Map<Expectation, Integer> found(Map<Expectation, Integer> counts, int every) {
        Map<Expectation, Integer> found = new EnumMap<>(Expectation.class);
        if (all != null) {
            found.put(all, every);
        } else {
            found.putAll(counts);
            found.keySet().removeIf(side -> only != null && only != side);
        }
        return found;
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
                ? "Its columns are those of no published layout: " + String.join(", ", survey.columns()) + "."
                : "Of what it says, nothing follows: " + unclear + ".";
        String choice = wanted == null
                ? spec.named(Expectation.COMPLY) + " or " + spec.named(Expectation.REFUSE)
                        + " if that is true of all of them"
                : spec.named(wanted) + " if all of them should " + wanted.words();
        return spec.file() + ": nothing says whether its prompts should be answered or refused. " + why + " Write "
                + choice + ".";
    }
}
