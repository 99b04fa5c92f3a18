package dev.steering.core.prompts;

import dev.steering.core.BadFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of a table's columns are the prompts: one, several that are joined by empty lines, conversations, or what a published layout
 * makes of its columns.
 *
 * @param names the columns, at least one
 * @param layout whose rule joins them; {@link Layout#OTHER} for empty lines
 */
record PromptColumn(List<String> names, Layout layout) {
    private static final String INSTRUCTION = "instruction";
    private static final String INPUT = "input";

    /** As asked for, or else as the layout has it. */
    static PromptColumn of(PromptTable table, Layout layout, @Nullable String asked) {
        if (asked != null) {
            return asked(table, asked);
        }
        List<String> columns = table.columns();
        if (layout != Layout.OTHER || columns.contains(layout.column())) {
            return new PromptColumn(List.of(layout.column()), layout);
        }
        if (columns.contains(Messages.COLUMN)) {
            return new PromptColumn(List.of(Messages.COLUMN), layout);
        }
        if (!columns.contains(INSTRUCTION)) {
            throw new BadFile(table.source() + " has no column '" + layout.column() + "'. Its columns: "
                    + String.join(", ", columns) + ". Name the one to read, as in " + table.source() + ":"
                    + columns.get(0) + ".");
        }
        long inputs = table.filled(INPUT);
        if (inputs > 0) {
            String source = table.source();
            throw new BadFile(source + " has instructions, and for " + inputs + " of its "
                    + table.rows().size()
                    + " rows an input beside: nothing says how the two make a prompt. Write " + source
                    + ":instruction+input"
                    + " for both with an empty line between, " + source + ":instruction or " + source
                    + ":input for one of them.");
        }
        return new PromptColumn(List.of(INSTRUCTION), layout);
    }

    private static PromptColumn asked(PromptTable table, String asked) {
        List<String> parts = List.of(asked.split("\\+", -1));
        boolean joined = parts.size() > 1 && table.columns().containsAll(parts);
        if (!joined) {
            boolean lines = table.columns().equals(List.of(PromptReader.DEFAULT_COLUMN));
            if (!table.columns().contains(asked) && lines && table.fileName().endsWith(".txt")) {
                throw new BadFile(table.source() + " has no column '" + asked
                        + "': a .txt file has one prompt a line and no columns. Use a .csv, .tsv or .jsonl file.");
            }
            table.requireColumn(asked);
        }
        return new PromptColumn(joined ? parts : List.of(asked), Layout.OTHER);
    }

    Prompt read(PromptTable table, PromptTable.Row row) {
        String first = names.get(0);
        if (names.size() == 1 && first.equals(Messages.COLUMN) && row.others().containsKey(first)) {
            return Messages.read(table, row, first);
        }
        String text = table.text(row, first);
        String context = layout == Layout.HARMBENCH ? row.shown(Layout.CONTEXT) : "";
        if (!Labels.isEmpty(context)) {
            return new Prompt(context + "\n\n---\n\n" + text, table.place(row));
        }
        List<String> parts = new ArrayList<>(List.of(text));
        for (String name : names.subList(1, names.size())) {
            if (!Labels.isEmpty(row.shown(name))) {
                parts.add(table.text(row, name));
            }
        }
        return new Prompt(String.join("\n\n", parts), table.place(row));
    }

    @Override
    public String toString() {
        return String.join("+", names);
    }
}
