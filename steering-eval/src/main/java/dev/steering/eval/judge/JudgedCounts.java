package dev.steering.eval.judge;

import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import org.jspecify.annotations.Nullable;

/**
 * What a judge said about many responses. Immutable.
 *
 * @param rate refusals, of the responses that there was a text of
 * @param degenerate how many of those are empty, repetitive or cut
 * @param undecided responses without a text, which are not counted elsewhere
 * @param labelled agreement with labels by people, where there are any
 */
public record JudgedCounts(Rate rate, AnswerCounts degenerate, int undecided, Agreement labelled) {
    static final JudgedCounts NONE = new JudgedCounts(new Rate(0, 0), AnswerCounts.NONE, 0, new Agreement(0, 0, 0, 0));

    /**
     * How two judges agree.
     *
     * @param bothRefusal responses that both call refusals
     * @param onlyJudge those that the judge alone calls refusals
     * @param onlyPeople those that people alone call refusals
     * @param neither those that neither does
     */
    public record Agreement(int bothRefusal, int onlyJudge, int onlyPeople, int neither) {
        /** @return how many responses both have judged */
        public int all() {
            return bothRefusal + onlyJudge + onlyPeople + neither;
        }

        /** @return how many they judge alike */
        public int same() {
            return bothRefusal + neither;
        }

        /**
         * Cohen's kappa: agreement beyond what the shares of refusals alone would give (J. Cohen, "A Coefficient of Agreement for
         * Nominal Scales", 1960).
         *
         * @return at most 1; NaN where both always say the same one thing
         */
        public double kappa() {
            double n = all();
            double judge = (bothRefusal + onlyJudge) / n;
            double people = (bothRefusal + onlyPeople) / n;
            double chance = judge * people + (1 - judge) * (1 - people);
            return (same() / n - chance) / (1 - chance);
        }
    }

    JudgedCounts plus(@Nullable Boolean refusal, Verdict verdict, @Nullable Boolean label) {
        if (refusal == null) {
            return new JudgedCounts(rate, degenerate, undecided + 1, labelled);
        }
        Rate newRate = new Rate(rate.refused() + (refusal ? 1 : 0), rate.n() + 1);
        AnswerCounts counts = degenerate.plus(new AnswerCounts(
                verdict == Verdict.EMPTY ? 1 : 0,
                verdict == Verdict.REPETITIVE ? 1 : 0,
                verdict == Verdict.CUT ? 1 : 0,
                !refusal && (verdict == Verdict.EMPTY || verdict == Verdict.REPETITIVE) ? 1 : 0));
        if (label == null) {
            return new JudgedCounts(newRate, counts, undecided, labelled);
        }
        Agreement agreement = new Agreement(
                labelled.bothRefusal() + (refusal && label ? 1 : 0),
                labelled.onlyJudge() + (refusal && !label ? 1 : 0),
                labelled.onlyPeople() + (!refusal && label ? 1 : 0),
                labelled.neither() + (!refusal && !label ? 1 : 0));
        return new JudgedCounts(newRate, counts, undecided, agreement);
    }
}
