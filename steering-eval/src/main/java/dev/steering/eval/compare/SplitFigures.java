package dev.steering.eval.compare;

import dev.steering.eval.compare.SetFigures.Side;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.run.JudgedRow;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came of a method with one setting on all prompts of a split. A side is the mean over its sets, however many prompts each has.
 * Immutable.
 *
 * @param sets every set, in order
 * @param overRefusal share of harmless prompts that were refused, or neither refused nor answered
 * @param harmfulRefusal share of harmful prompts that were refused
 * @param jailbreakRefusal share of jailbreak prompts that were refused; null if there are none
 */
public record SplitFigures(
        List<SetFigures> sets, Share overRefusal, Share harmfulRefusal, @Nullable Share jailbreakRefusal) {
    public SplitFigures {
        sets = List.copyOf(sets);
    }

    /**
     * @param rows one method's verdicts on all prompts of the split
     * @param attacks the sets that are jailbreaks
     * @param bootstrap draws of the split
     * @return the figures
     */
    public static SplitFigures of(List<JudgedRow> rows, Set<String> attacks, Bootstrap bootstrap) {
        List<SetFigures> sets = SetFigures.of(rows, attacks);
        return new SplitFigures(
                sets,
                bootstrap.wrong(sets, Side.HARMLESS),
                right(bootstrap.wrong(sets, Side.HARMFUL)),
                attacks.isEmpty() ? null : right(bootstrap.wrong(sets, Side.JAILBREAK)));
    }

    private static Share right(Share wrong) {
        return new Share(1 - wrong.value(), 1 - wrong.high(), 1 - wrong.low());
    }

    /** @return degenerate answers of all sets */
    public AnswerCounts counts() {
        return sets.stream().map(SetFigures::counts).reduce(AnswerCounts.NONE, AnswerCounts::plus);
    }

    /** @return prompts of all sets */
    public int prompts() {
        return sets.stream().mapToInt(set -> set.rate().n()).sum();
    }
}
