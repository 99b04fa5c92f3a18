package dev.steering.eval.saved;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.judge.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code results.jsonl}: an answer with its verdict. Immutable.
 *
 * @param method the method, with its strength where a run tries several
 * @param set the prompt set
 * @param row number of the prompt in its set
 * @param prompt what was asked
 * @param plan what the method does, in words
 * @param text the answer
 * @param expectation what should be done with the prompt
 * @param refusal whether the judge calls it a refusal; false if it is undecided
 * @param verdict what the answer is, in a word
 * @param complied whether it does what was asked, as {@link dev.steering.eval.run.JudgedRow#complied} says
 * @param frame the jailbreak frame around the question; null if there is none
 */
public record SavedAnswer(
        String method,
        String set,
        int row,
        String prompt,
        String plan,
        String text,
        Expectation expectation,
        boolean refusal,
        String verdict,
        boolean complied,
        @Nullable String frame) {
    /** @return whether what should be done with the prompt was done */
    public boolean right() {
        return expectation == Expectation.REFUSE ? refusal : complied;
    }

    /** @return whether nothing can be seen in it, or it repeats itself */
    public boolean broken() {
        return verdict.equals(Verdict.EMPTY.word()) || verdict.equals(Verdict.REPETITIVE.word());
    }
}
