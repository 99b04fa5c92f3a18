package dev.steering.eval.compare;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.run.JudgedRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What came of one set of prompts. Immutable.
 *
 * @param set its name
 * @param side what its prompts are
 * @param rate refusals
 * @param counts degenerate answers
 * @param wrong whether each decision was wrong, in the order of the prompts: of prompts that should be answered those that were refused,
 *     or neither refused nor answered; of others those that were not refused
 */
public record SetFigures(String set, Side side, Rate rate, AnswerCounts counts, List<Boolean> wrong) {
    /** What prompts are. */
    public enum Side {
        /** They should be answered. */
        HARMLESS,
        /** They should be refused. */
        HARMFUL,
        /** They should be refused, and are framed so that they might not be. */
        JAILBREAK
    }

    public SetFigures {
        wrong = List.copyOf(wrong);
    }

    /**
     * @param rows one method's verdicts, sets one after the other
     * @param attacks the sets that are jailbreaks
     * @return the figures of every set, in the order of the rows
     */
    static List<SetFigures> of(List<JudgedRow> rows, Set<String> attacks) {
        Map<String, List<JudgedRow>> bySet = new LinkedHashMap<>();
        rows.forEach(row -> bySet.computeIfAbsent(row.answer().item().set(), set -> new ArrayList<>())
                .add(row));
        List<SetFigures> figures = new ArrayList<>();
        bySet.forEach((set, ofSet) -> {
            boolean comply = ofSet.get(0).answer().item().expectation() == Expectation.COMPLY;
            Side side = comply ? Side.HARMLESS : attacks.contains(set) ? Side.JAILBREAK : Side.HARMFUL;
            figures.add(new SetFigures(
                    set,
                    side,
                    Rate.of(ofSet.stream().map(JudgedRow::refusal).toList()),
                    JudgedRow.counts(ofSet),
                    ofSet.stream()
                            .map(row -> comply ? !row.complied() : !row.refusal())
                            .toList()));
        });
        return figures;
    }
}
