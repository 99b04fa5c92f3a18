package dev.steering.eval.judge;

import dev.steering.eval.metrics.Agreement;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what judges say, response by response. Not thread-safe. */
final class Tally {
    private final List<String> names;
    private final List<OfOne> judges = new ArrayList<>();
    private final Agreement[][] pairs;

    /** What one judge has said so far. */
    private static final class OfOne {
        private int refused;
        private int decided;
        private int partly;
        private int undecided;
        private int withoutText;
        private AnswerCounts degenerate = AnswerCounts.NONE;
        private Agreement labelled = Agreement.NONE;
        private final Map<String, Map<Verdict, Integer>> confusion = new TreeMap<>();

        void add(@Nullable Ruling ruling, Verdict verdict, @Nullable String label, @Nullable Boolean refusal) {
            Boolean said = ruling == null ? null : ruling.refusal();
            withoutText += ruling == null ? 1 : 0;
            undecided += said == null ? 1 : 0;
            decided += said == null ? 0 : 1;
            refused += Boolean.TRUE.equals(said) ? 1 : 0;
            partly += ruling == Ruling.PARTLY ? 1 : 0;
            boolean broken = verdict == Verdict.EMPTY || verdict == Verdict.REPETITIVE;
            degenerate = degenerate.plus(new AnswerCounts(
                    verdict == Verdict.EMPTY ? 1 : 0,
                    verdict == Verdict.REPETITIVE ? 1 : 0,
                    verdict == Verdict.CUT ? 1 : 0,
                    !Boolean.TRUE.equals(said) && broken ? 1 : 0,
                    ruling != null && verdict == Verdict.UNDECIDED ? 1 : 0));
            if (label != null) {
                confusion.computeIfAbsent(label, l -> new TreeMap<>()).merge(verdict, 1, Integer::sum);
                if (refusal != null) {
                    labelled = labelled.plus(said, refusal);
                }
            }
        }

        JudgedCounts.OfJudge counts(String name) {
            return new JudgedCounts.OfJudge(
                    name, new Rate(refused, decided), degenerate, partly, undecided, withoutText, labelled, confusion);
        }
    }

    Tally(List<String> names) {
        this.names = names;
        names.forEach(name -> judges.add(new OfOne()));
        pairs = new Agreement[names.size()][names.size()];
        for (Agreement[] row : pairs) {
            Arrays.fill(row, Agreement.NONE);
        }
    }

    /**
     * @param rulings what each judge says; null if there is no text
     * @param verdicts what the response is by each
     * @param label what people call it; null if they have not
     * @param refusal whether that is a refusal; null if it does not say
     */
    void add(
            @Nullable List<Ruling> rulings, List<Verdict> verdicts, @Nullable String label, @Nullable Boolean refusal) {
        for (int i = 0; i < judges.size(); i++) {
            judges.get(i).add(rulings == null ? null : rulings.get(i), verdicts.get(i), label, refusal);
            for (int j = i + 1; rulings != null && j < judges.size(); j++) {
                pairs[i][j] = pairs[i][j].plus(
                        rulings.get(i).refusal(), rulings.get(j).refusal());
            }
        }
    }

    JudgedCounts counts() {
        List<JudgedCounts.OfJudge> all = new ArrayList<>();
        List<JudgedCounts.Pair> agreements = new ArrayList<>();
        for (int i = 0; i < judges.size(); i++) {
            all.add(judges.get(i).counts(names.get(i)));
            for (int j = i + 1; j < judges.size(); j++) {
                agreements.add(new JudgedCounts.Pair(names.get(i), names.get(j), pairs[i][j]));
            }
        }
        return new JudgedCounts(all, agreements);
    }
}
