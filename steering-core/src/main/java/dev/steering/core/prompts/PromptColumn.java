package dev.steering.core.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.prompts.rows.JsonNodes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of a file's columns are prompts: one, several that are joined by empty lines, conversations, or what a published layout makes of
 * its columns.
 *
 * @param names the columns, at least one
 * @param layout whose rule joins them; {@link Layout#OTHER} for empty lines
 * @param side what the column's name says that its prompts ask for; null if it does not
 */
record PromptColumn(List<String> names, Layout layout, @Nullable Expectation side) {
    private static final String INSTRUCTION = "instruction";
    private static final String INPUT = "input";

    /** As asked for, or else as the layout has it: one, or one for each side. */
    static List<PromptColumn> of(RowSurvey survey, Layout layout, @Nullable String asked) {
        if (layout == Layout.IBM_PAIRS && (asked == null || asked.equals("harmful") || asked.equals("harmless"))) {
            PromptColumn harmful = new PromptColumn(List.of("harmful"), Layout.OTHER, Expectation.REFUSE);
            PromptColumn harmless = new PromptColumn(List.of("harmless"), Layout.OTHER, Expectation.COMPLY);
            return asked == null ? List.of(harmful, harmless) : List.of(asked.equals("harmful") ? harmful : harmless);
        }
        return List.of(asked == null ? own(survey, layout) : asked(survey, layout, asked));
    }

    private static PromptColumn own(RowSurvey survey, Layout layout) {
        List<String> columns = survey.columns();
        String source = survey.origin().source();
        if (layout == Layout.REPENG_PAIRS) {
            throw new BadFile(
                    source + " holds pairs of positive and negative texts, as repeng has them, and nothing says which"
                            + " of the two should be refused. Write " + source + ":positive@refuse and " + source
                            + ":negative@comply, or the other way round.");
        }
        String named = layout.column(columns);
        if (layout != Layout.OTHER || columns.contains(named) || survey.nested().containsKey(named)) {
            survey.requireColumn(named);
            return new PromptColumn(List.of(named), layout, null);
        }
        if (columns.contains(Messages.COLUMN) || survey.nested().containsKey(Messages.COLUMN)) {
            survey.requireColumn(Messages.COLUMN);
            return new PromptColumn(List.of(Messages.COLUMN), layout, null);
        }
        if (!columns.contains(INSTRUCTION)) {
            survey.requireColumn(named);
        }
        long inputs = survey.filled(INPUT);
        if (inputs > 0) {
            throw new BadFile(source + " has instructions, and for " + inputs + " of its " + survey.rows()
                    + " rows an input beside: nothing says how the two make a prompt. Write " + source
                    + ":instruction+input"
                    + " for both with an empty line between, " + source + ":instruction or " + source
                    + ":input for one of them.");
        }
        return new PromptColumn(List.of(INSTRUCTION), layout, null);
    }

    private static PromptColumn asked(RowSurvey survey, Layout layout, String asked) {
        List<String> parts = List.of(asked.split("\\+", -1));
        boolean joined = parts.size() > 1 && survey.columns().containsAll(parts);
        if (!joined) {
            Origin origin = survey.origin();
            boolean lines = survey.columns().equals(List.of(PromptReader.DEFAULT_COLUMN));
            if (!survey.columns().contains(asked) && lines && origin.fileName().endsWith(".txt")) {
                throw new BadFile(origin.source() + " has no column '" + asked
                        + "': a .txt file has one prompt a line and no columns. Use a .csv, .tsv or .jsonl file.");
            }
            survey.requireColumn(asked);
        }
        Layout rule = layout == Layout.SORRY_BENCH && asked.equals(layout.column()) ? layout : Layout.OTHER;
        return new PromptColumn(joined ? parts : List.of(asked), rule, null);
    }

    Prompt read(Origin origin, PromptTable.Row row) {
        String first = names.get(0);
        if (names.size() == 1 && first.equals(Messages.COLUMN) && row.others().containsKey(first)) {
            return Messages.read(origin, row, first);
        }
        if (layout == Layout.SORRY_BENCH && row.others().containsKey(first)) {
            return new Prompt(turn(origin, row, first), origin.place(row));
        }
        String text = origin.text(row, first);
        String context = layout == Layout.HARMBENCH ? context(row) : "";
        if (!Labels.isEmpty(context)) {
            return new Prompt(context + "\n\n---\n\n" + text, origin.place(row));
        }
        List<String> parts = new ArrayList<>(List.of(text));
        for (String name : names.subList(1, names.size())) {
            if (!Labels.isEmpty(row.shown(name))) {
                parts.add(origin.text(row, name));
            }
        }
        return new Prompt(String.join("\n\n", parts), origin.place(row));
    }

    private static String context(PromptTable.Row row) {
        return Layout.CONTEXTS.stream()
                .map(row::shown)
                .filter(text -> !Labels.isEmpty(text))
                .findFirst()
                .orElse("");
    }

    /** The one turn of a list. */
    private static String turn(Origin origin, PromptTable.Row row, String column) {
        String json = row.others().getOrDefault(column, "[]");
        JsonNode turns = JsonNodes.parsed(origin.place(row), json);
        JsonNode turn = turns.path(0);
        if (turns.size() != 1 || !turn.isTextual() || turn.textValue().isBlank()) {
            throw origin.wrong(
                    row, "expected a list of one turn in '" + column + "', found " + Named.shortened(json) + ".");
        }
        return turn.textValue();
    }

    @Override
    public String toString() {
        return String.join("+", names);
    }
}
