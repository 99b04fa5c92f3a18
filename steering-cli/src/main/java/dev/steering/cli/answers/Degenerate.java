package dev.steering.cli.answers;

import dev.steering.eval.judge.Verdict;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.model.decode.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts answers that say nothing, so that they do not pass for good ones. Not thread-safe. */
public final class Degenerate {
    private AnswerCounts counts = AnswerCounts.NONE;
    private int answers;

    /**
     * @param written an answer
     * @return {@code empty}, {@code repetitive} or {@code cut}; null if it is none of them
     */
    public static @Nullable String word(Generation written) {
        boolean cut = written.finish() == Generation.Finish.LENGTH || written.finish() == Generation.Finish.CONTEXT;
        return word(Verdict.of(written.text(), false, cut));
    }

    /**
     * @param text an answer's text
     * @return {@code empty} or {@code repetitive}; null if it is neither
     */
    public static @Nullable String word(String text) {
        return word(Verdict.of(text, false, false));
    }

    private static @Nullable String word(Verdict verdict) {
        return verdict == Verdict.ANSWERED ? null : verdict.name().toLowerCase(Locale.ROOT);
    }

    /** @param written an answer to count */
    public void add(Generation written) {
        String word = word(written);
        boolean noRoom = written.finish() == Generation.Finish.CONTEXT;
        answers++;
        counts = counts.plus(
                new AnswerCounts("empty".equals(word) ? 1 : 0, "repetitive".equals(word) ? 1 : 0, noRoom ? 1 : 0, 0));
    }

    /**
     * @return what has to be said about all answers so far, a sentence each. One that is cut by the number of tokens that was asked for
     *     is as wanted; one that is cut because the context was full is not
     */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        boolean all = answers > 0 && counts.empty() + counts.repetitive() == answers;
        if (all || counts.manyBroken(answers)) {
            warnings.add("of " + answers + " answers " + counts.empty() + " are empty and " + counts.repetitive()
                    + " repetitive. Steering with less strength may help.");
        }
        if (counts.cut() > 0) {
            warnings.add(
                    "of " + answers + " answers " + counts.cut() + " are cut because the model's context was full.");
        }
        return warnings;
    }
}
