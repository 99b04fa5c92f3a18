package dev.steering.eval.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptKind;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.run.JudgedRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refusals per type or category of the prompts, as their files name them: every method on every group of a set, with Wilson 95 %
 * intervals. Groups of few prompts have wide ones; no test is made over them. Immutable and thread-safe.
 */
public final class Breakdown {
    private static final String NONE = "(none)";

    /** What prompts are grouped by. */
    public enum By {
        /** How a prompt was made: {@link PromptKind#type}. */
        TYPE,
        /** What it is about: {@link PromptKind#category}. */
        CATEGORY;

        /** @return its name as users write it */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        private @Nullable String of(JudgedRow row) {
            PromptKind kind = row.answer().item().asked().kind();
            return this == TYPE ? kind.type() : kind.category();
        }
    }

    /**
     * Prompts of a set that are alike.
     *
     * @param set the set
     * @param expectation what its prompts ask for
     * @param value what they have in common, in the words of their file; {@code (none)} where it does not say
     */
    public record Group(String set, Expectation expectation, String value) {}

    private final By by;
    private final Set<String> methods = new LinkedHashSet<>();
    private final Map<Group, Map<String, List<JudgedRow>>> groups = new LinkedHashMap<>();
    private boolean named;

    private Breakdown(By by) {
        this.by = by;
    }

    /**
     * @param rows every method's verdicts
     * @param by what to group by
     * @return the groups, in the order of sets and prompts
     */
    public static Breakdown of(List<JudgedRow> rows, By by) {
        Breakdown breakdown = new Breakdown(by);
        for (JudgedRow row : rows) {
            String value = by.of(row);
            breakdown.named |= value != null;
            Group group = new Group(
                    row.answer().item().set(), row.answer().item().expectation(), value == null ? NONE : value);
            breakdown.methods.add(row.answer().method());
            breakdown
                    .groups
                    .computeIfAbsent(group, key -> new LinkedHashMap<>())
                    .computeIfAbsent(row.answer().method(), key -> new ArrayList<>())
                    .add(row);
        }
        return breakdown;
    }

    /** @return whether no prompt's file says it */
    public boolean isEmpty() {
        return !named;
    }

    /** @return what is grouped by */
    public By by() {
        return by;
    }

    /** @return the groups, in order */
    public List<Group> groups() {
        return List.copyOf(groups.keySet());
    }

    /**
     * @param group one of the groups
     * @param method one of the methods
     * @return its refusals there
     */
    public Rate rate(Group group, String method) {
        return Rate.of(rows(group, method).stream().map(JudgedRow::refusal).toList());
    }

    private List<JudgedRow> rows(Group group, String method) {
        return groups.getOrDefault(group, Map.of()).getOrDefault(method, List.of());
    }

    /** @return a row per group and a column per method, for a terminal */
    public String toText() {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("refused, by " + by.label()));
        header.addAll(methods);
        rows.add(header);
        for (Group group : groups.keySet()) {
            List<String> row = new ArrayList<>(
                    List.of(TableText.heading(group.set(), group.expectation()) + ", " + group.value()));
            methods.forEach(method -> row.add(TableText.cell(rate(group, method))));
            rows.add(row);
        }
        return Grid.plain(rows);
    }

    /**
     * @return a line per method and group, under the header {@code method,set,expected,TYPE or
     *     CATEGORY,refused,n,rate,low,high,empty,repetitive,cut}, the columns of {@link ResultsTable#toCsv}
     */
    public String toCsv() {
        StringBuilder out = new StringBuilder(
                "method,set,expected," + by.label() + ",refused,n,rate,low,high,empty,repetitive,cut\n");
        for (String method : methods) {
            for (Group group : groups.keySet()) {
                Rate rate = rate(group, method);
                AnswerCounts counts = JudgedRow.counts(rows(group, method));
                out.append(String.join(
                                ",",
                                TableText.quoted(method),
                                TableText.quoted(group.set()),
                                group.expectation().name().toLowerCase(Locale.ROOT),
                                TableText.quoted(group.value()),
                                Integer.toString(rate.refused()),
                                Integer.toString(rate.n()),
                                TableText.decimal(rate.value()),
                                TableText.decimal(rate.interval().low()),
                                TableText.decimal(rate.interval().high()),
                                TableText.cells(counts)))
                        .append('\n');
            }
        }
        return out.toString();
    }

    /** @return a list of {@code by, value, set, expected, method, refused, n, rate, low, high} */
    public ArrayNode toJson() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Group group : groups.keySet()) {
            for (String method : methods) {
                Rate rate = rate(group, method);
                list.addObject()
                        .put("by", by.label())
                        .put("value", group.value())
                        .put("set", group.set())
                        .put("expected", group.expectation().name().toLowerCase(Locale.ROOT))
                        .put("method", method)
                        .put("refused", rate.refused())
                        .put("n", rate.n())
                        .put("rate", rate.value())
                        .put("low", rate.interval().low())
                        .put("high", rate.interval().high());
            }
        }
        return list;
    }
}
