package dev.steering.eval.report;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Refusal rates of several methods on several prompt sets, both sides of safety side by side: a method that refuses nothing
 * and one that refuses everything are each perfect on one side, so a table without the other side cannot be built.
 *
 * <p>Rows and columns keep the order in which they were added; the same input gives the same text, in every locale. Immutable
 * and thread-safe.
 */
public final class ResultsTable {
    private final Map<String, Expectation> sets;
    private final Map<String, Map<String, Rate>> rates;
    private final Map<String, Map<String, AnswerCounts>> counts;

    private ResultsTable(Builder builder) {
        sets = new LinkedHashMap<>(builder.sets);
        rates = new LinkedHashMap<>();
        counts = Map.copyOf(builder.counts);
        builder.rates.forEach((method, row) -> {
            Map<String, Rate> ordered = new LinkedHashMap<>();
            sets.keySet().forEach(set -> ordered.put(set, require(row, set, "prompt set")));
            rates.put(method, ordered);
        });
    }

    /**
     * An empty table.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The columns.
     *
     * @return names of the prompt sets, in order
     */
    public List<String> sets() {
        return List.copyOf(sets.keySet());
    }

    /**
     * The rows.
     *
     * @return names of the methods, in order
     */
    public List<String> methods() {
        return List.copyOf(rates.keySet());
    }

    /**
     * What the prompts of a set ask for.
     *
     * @param set name of a prompt set of this table
     * @return its expectation
     * @throws IllegalArgumentException if there is no such set
     */
    public Expectation expectation(String set) {
        return require(sets, set, "prompt set");
    }

    /**
     * One cell.
     *
     * @param method name of a method of this table
     * @param set name of a prompt set of this table
     * @return its refusals
     * @throws IllegalArgumentException if there is no such method or set
     */
    public Rate rate(String method, String set) {
        return require(require(rates, method, "method"), set, "prompt set");
    }

    /**
     * The degenerate answers of one cell.
     *
     * @param method name of a method of this table
     * @param set name of a prompt set of this table
     * @return how many of its answers are degenerate
     * @throws IllegalArgumentException if there is no such method or set
     */
    public AnswerCounts counts(String method, String set) {
        require(require(rates, method, "method"), set, "prompt set");
        return counts.getOrDefault(method, Map.of()).getOrDefault(set, AnswerCounts.NONE);
    }

    /**
     * A Markdown table: one row per method; refusals, share and 95 % interval per cell.
     *
     * @return lines ending in a line feed
     */
    public String toMarkdown() {
        return TableText.markdown(this);
    }

    /**
     * Aligned columns for a terminal, with the same cells.
     *
     * @return lines ending in a line feed
     */
    public String toText() {
        return TableText.plain(this);
    }

    /**
     * Comma-separated values (RFC 4180, but lines end in a line feed), one line per cell, under the header {@code
     * method,set,expected,refused,n,rate,low,high,empty,repetitive,cut}. {@code expected} is {@code comply} or {@code refuse}; rate
     * and interval are shares with six decimals, the rate of an empty set is left empty; the last three are numbers of degenerate
     * answers.
     *
     * @return the header and one line per cell
     */
    public String toCsv() {
        return TableText.csv(this);
    }

    private static <T> T require(Map<String, T> map, String name, String what) {
        T value = map.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "The table has no " + what + " '" + name + "': expected one of " + map.keySet() + ".");
        }
        return value;
    }

    /** Collects columns, then rows. Not thread-safe. */
    public static final class Builder {
        private final Map<String, Expectation> sets = new LinkedHashMap<>();
        private final Map<String, Map<String, Rate>> rates = new LinkedHashMap<>();
        private final Map<String, Map<String, AnswerCounts>> counts = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds a column.
         *
         * @param name name of a prompt set
         * @param expectation what its prompts ask for
         * @return this
         * @throws IllegalArgumentException if it is there already
         */
        public Builder set(String name, Expectation expectation) {
            if (sets.putIfAbsent(name, expectation) != null) {
                throw new IllegalArgumentException("The table already has a prompt set '" + name + "'.");
            }
            return this;
        }

        /**
         * Adds a row.
         *
         * @param name name of a method
         * @param row its refusals on every prompt set
         * @return this
         * @throws IllegalArgumentException if it is there already
         */
        public Builder method(String name, Map<String, Rate> row) {
            return method(name, row, Map.of());
        }

        /**
         * Adds a row.
         *
         * @param name name of a method
         * @param row its refusals on every prompt set
         * @param degenerate its degenerate answers by prompt set; none where a set is left out
         * @return this
         * @throws IllegalArgumentException if it is there already
         */
        public Builder method(String name, Map<String, Rate> row, Map<String, AnswerCounts> degenerate) {
            if (rates.putIfAbsent(name, Map.copyOf(row)) != null) {
                throw new IllegalArgumentException("The table already has a method '" + name + "'.");
            }
            counts.put(name, Map.copyOf(degenerate));
            return this;
        }

        /**
         * The table.
         *
         * @return the table
         * @throws IllegalArgumentException if no set should be answered or none refused, if there is no method, or if a method
         *     has not exactly the table's sets
         */
        public ResultsTable build() {
            for (Expectation side : Expectation.values()) {
                if (!sets.containsValue(side)) {
                    throw new IllegalArgumentException("A results table shows both sides of safety, but no set expects "
                            + side + ": found " + sets + ".");
                }
            }
            if (rates.isEmpty()) {
                throw new IllegalArgumentException("A results table needs at least one method.");
            }
            rates.forEach((method, row) -> {
                if (!row.keySet().equals(sets.keySet())) {
                    throw new IllegalArgumentException(
                            "The method '" + method + "' must have a rate on every prompt set: expected "
                                    + sets.keySet() + ", found " + new TreeSet<>(row.keySet()) + ".");
                }
            });
            return new ResultsTable(this);
        }
    }
}
