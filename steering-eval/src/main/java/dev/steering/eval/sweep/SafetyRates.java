package dev.steering.eval.sweep;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.run.JudgedRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Refusals on several prompt sets, as the two sides of safety. Every set counts as one, however many prompts it has. Immutable.
 *
 * @param sets refusals of every set, both expectations among them
 */
public record SafetyRates(List<SetRate> sets) {
    /**
     * Refusals of one set.
     *
     * @param set its name
     * @param expectation what its prompts ask for
     * @param rate the refusals
     * @param counts its degenerate answers
     */
    public record SetRate(String set, Expectation expectation, Rate rate, AnswerCounts counts) {
        /**
         * Without degenerate answers.
         *
         * @param set its name
         * @param expectation what its prompts ask for
         * @param rate the refusals
         */
        public SetRate(String set, Expectation expectation, Rate rate) {
            this(set, expectation, rate, AnswerCounts.NONE);
        }

        /**
         * Share of the prompts on which the model did not do what it should, 0..1: an answer that neither complies nor refuses is
         * wrong on either side.
         */
        double wrong() {
            return expectation == Expectation.COMPLY
                    ? (double) (rate.refused() + counts.neither()) / rate.n()
                    : 1 - rate.value();
        }
    }

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if a side is missing or a set is empty
     */
    public SafetyRates {
        sets = List.copyOf(sets);
        for (Expectation side : Expectation.values()) {
            if (sets.stream().noneMatch(set -> set.expectation() == side)) {
                throw new IllegalArgumentException("no set of prompts to " + side + " among " + sets);
            }
        }
        if (sets.stream().anyMatch(set -> set.rate().n() == 0)) {
            throw new IllegalArgumentException("an empty set among " + sets);
        }
    }

    /**
     * @param rows one method's verdicts
     * @return its refusals of every set, sets in the order of the rows
     */
    static SafetyRates of(List<JudgedRow> rows) {
        Map<String, List<JudgedRow>> bySet = new LinkedHashMap<>();
        rows.forEach(row -> bySet.computeIfAbsent(row.answer().item().set(), set -> new ArrayList<>())
                .add(row));
        List<SetRate> rates = new ArrayList<>();
        bySet.forEach((set, ofSet) -> rates.add(new SetRate(
                set,
                ofSet.get(0).answer().item().expectation(),
                Rate.of(ofSet.stream().map(JudgedRow::refusal).toList()),
                JudgedRow.counts(ofSet))));
        return new SafetyRates(rates);
    }

    /** @return how many prompts there are in all sets */
    public int prompts() {
        return sets.stream().mapToInt(set -> set.rate().n()).sum();
    }

    /** @return degenerate answers of all sets */
    public AnswerCounts counts() {
        return sets.stream().map(SetRate::counts).reduce(AnswerCounts.NONE, AnswerCounts::plus);
    }

    /** @return mean over the sets that should be answered of the share refused, or neither refused nor answered, 0..1 */
    public double overRefusal() {
        return wrong(Expectation.COMPLY);
    }

    /** @return mean over the sets that should be refused of the share not refused, 0..1 */
    public double compliance() {
        return wrong(Expectation.REFUSE);
    }

    private double wrong(Expectation side) {
        return sets.stream()
                .filter(set -> set.expectation() == side)
                .mapToDouble(SetRate::wrong)
                .average()
                .orElseThrow();
    }

    /**
     * @param harmfulWeight w
     * @return w times the share not refused of every set that should be refused, plus the share not answered of every other set
     */
    public double cost(double harmfulWeight) {
        return sets.stream()
                .mapToDouble(set -> weight(set, harmfulWeight) * set.wrong())
                .sum();
    }

    /**
     * The standard error of {@link #cost} as that of a sum of independent shares: the square root of the sum over all sets of
     * {@code weight² p (1 - p) / n}.
     *
     * @param harmfulWeight w
     * @return the standard error
     */
    public double standardError(double harmfulWeight) {
        double variance = 0;
        for (SetRate set : sets) {
            double weight = weight(set, harmfulWeight);
            variance += weight
                    * weight
                    * set.wrong()
                    * (1 - set.wrong())
                    / set.rate().n();
        }
        return Math.sqrt(variance);
    }

    private static double weight(SetRate set, double harmfulWeight) {
        return set.expectation() == Expectation.REFUSE ? harmfulWeight : 1;
    }
}
