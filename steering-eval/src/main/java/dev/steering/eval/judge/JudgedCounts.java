package dev.steering.eval.judge;

import dev.steering.eval.metrics.Agreement;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What judges said about many responses. Immutable.
 *
 * @param judges what each said, at least one, in the order in which they were asked
 * @param agreements every two of them
 */
public record JudgedCounts(List<OfJudge> judges, List<Pair> agreements) {
    public JudgedCounts {
        judges = List.copyOf(judges);
        agreements = List.copyOf(agreements);
    }

    /**
     * What one judge said.
     *
     * @param name the judge
     * @param rate refusals, of the responses that it decided
     * @param degenerate how many responses are empty, repetitive or cut
     * @param partly refusals in part among its refusals
     * @param undecided responses of which it cannot tell, and those without a text
     * @param withoutText those without a text
     * @param labelled agreement with labels by people, who are the second
     * @param confusion how many responses of each label have each verdict, by the labels as they are written
     */
    public record OfJudge(
            String name,
            Rate rate,
            AnswerCounts degenerate,
            int partly,
            int undecided,
            int withoutText,
            Agreement labelled,
            Map<String, Map<Verdict, Integer>> confusion) {
        public OfJudge {
            confusion = Collections.unmodifiableMap(new LinkedHashMap<>(confusion));
        }

        /** @return whether people have labelled any of the responses */
        public boolean isLabelled() {
            return labelled.all() + labelled.undecided() > 0;
        }
    }

    /**
     * How two judges agree.
     *
     * @param first a judge's name
     * @param second another's
     * @param agreement on the responses that have a text
     */
    public record Pair(String first, String second, Agreement agreement) {}

    /** @return what the judge said that decides */
    public OfJudge first() {
        return judges.get(0);
    }

    /** @return how many responses there are */
    public int responses() {
        return first().rate().n() + first().undecided();
    }
}
