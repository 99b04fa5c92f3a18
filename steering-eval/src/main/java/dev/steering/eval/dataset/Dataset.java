package dev.steering.eval.dataset;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.PromptTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A file of prompts as it was published: every row is kept, and nothing of a prompt is trimmed. Immutable.
 *
 * @param spec where it comes from
 * @param layout its layout
 * @param column the column that was read
 * @param sets its prompts by what they ask for: one set, or two named {@code NAME-safe} and {@code NAME-unsafe}
 * @param duplicates the prompts that are there more than once, with the lines that they are in; they are kept
 */
public record Dataset(
        DatasetSpec spec, Layout layout, String column, List<PromptSet> sets, Map<String, List<Long>> duplicates) {
    public Dataset {
        sets = List.copyOf(sets);
        duplicates = Collections.unmodifiableMap(new LinkedHashMap<>(duplicates));
    }

    /**
     * @param spec which file, and how to read it
     * @return its prompts
     * @throws SteeringException if the file cannot be read, has no such column, a blank prompt, or nothing says whether its
     *     prompts should be answered or refused
     */
    public static Dataset read(DatasetSpec spec) {
        PromptTable table = PromptTable.read(spec.file());
        Layout layout = Layout.of(table);
        String column = spec.column() == null ? layout.column() : spec.column();
        List<String> prompts = table.prompts(column);
        Map<Expectation, List<String>> byExpectation = new EnumMap<>(Expectation.class);
        Map<String, List<Long>> lines = new LinkedHashMap<>();
        for (int i = 0; i < prompts.size(); i++) {
            PromptTable.Row row = table.rows().get(i);
            Expectation expectation = expectation(spec, layout, table, row);
            byExpectation.computeIfAbsent(expectation, key -> new ArrayList<>()).add(prompts.get(i));
            lines.computeIfAbsent(prompts.get(i), key -> new ArrayList<>()).add(row.line());
        }
        lines.values().removeIf(found -> found.size() < 2);
        List<PromptSet> sets = new ArrayList<>();
        byExpectation.forEach((expectation, list) -> {
            String suffix = expectation == Expectation.COMPLY ? "-safe" : "-unsafe";
            sets.add(new PromptSet(byExpectation.size() == 1 ? spec.name() : spec.name() + suffix, expectation, list));
        });
        return new Dataset(spec, layout, column, sets, lines);
    }

    private static Expectation expectation(DatasetSpec spec, Layout layout, PromptTable table, PromptTable.Row row) {
        Expectation expectation =
                spec.expectation() != null ? spec.expectation() : layout.expectation(table, row.values());
        if (expectation == null) {
            throw new BadRequest(spec.file()
                    + ": nothing says whether its prompts should be answered or refused. Its columns are those of no published"
                    + " layout: " + String.join(", ", table.columns()) + ". Write " + spec.file() + "@comply or "
                    + spec.file() + "@refuse.");
        }
        return expectation;
    }

    /** @return one line for people: what was read, and how many rows are there twice */
    public String describe() {
        String found = sets.stream()
                .map(set -> set.prompts().size() + " that should "
                        + (set.expectation() == Expectation.COMPLY ? "be answered" : "be refused") + " (" + set.name()
                        + ")")
                .collect(Collectors.joining(", "));
        long repeated = duplicates.values().stream()
                .mapToLong(found1 -> found1.size() - 1L)
                .sum();
        String kind = layout == Layout.OTHER
                ? ""
                : layout.name().toLowerCase(Locale.ROOT).replace('_', '-') + " layout, ";
        return spec.file() + ": " + kind + "column '" + column + "', " + found
                + (repeated == 0 ? "" : "; " + repeated + " rows repeat a prompt (kept; " + firstDuplicate() + ")");
    }

    private String firstDuplicate() {
        List<Long> lines = duplicates.values().iterator().next();
        return "for example lines " + lines.stream().map(String::valueOf).collect(Collectors.joining(" and "));
    }
}
