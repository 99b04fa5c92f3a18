package dev.steering.eval;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.Require;
import dev.steering.core.prompts.Overlap;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.model.chat.TooLong;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a run puts its prompts and judges the answers, whatever is compared. Immutable.
 *
 * @param system system prompt in front of every prompt; null for none
 * @param batch most prompts that are run at once, at least 1
 * @param judge tells refusals
 * @param rejudging whether a run that is gone on with may be judged by another judge than before, all of its answers anew
 * @param progress told how far the run has come
 * @param tooLong what is done about prompts that do not fit the model's context, with what any method puts around them
 * @param overlap what is done about prompts that a vector was extracted from
 * @param moreJudges judges whose rulings are kept and compared with those of the first, which decides
 */
public record RunOptions(
        @Nullable String system,
        int batch,
        ExchangeJudge judge,
        boolean rejudging,
        ProgressListener progress,
        TooLong tooLong,
        Overlap overlap,
        List<ExchangeJudge> moreJudges) {
    private static final int DEFAULT_BATCH = 32;
    private static final String DEFAULT_JUDGE = "scans";

    /** @throws BadRequest if the batch is of fewer prompts than 1 */
    public RunOptions {
        Require.atLeast("The batch size", batch, 1);
        moreJudges = List.copyOf(moreJudges);
        Set<String> names = new HashSet<>(Set.of(judge.name()));
        for (ExchangeJudge other : moreJudges) {
            if (!names.add(other.name())) {
                throw new BadRequest("The judge " + other.name() + " is there twice: name each once.");
            }
        }
    }

    /**
     * @return no system prompt, batches of 32, the refusal phrases that SCANS's authors published, nobody told, over-long and seen prompts
     *     refused
     */
    public static RunOptions defaults() {
        ExchangeJudge judge =
                ExchangeJudge.of(DEFAULT_JUDGE + "'s list", new StringListJudge(RefusalRules.published(DEFAULT_JUDGE)));
        return new RunOptions(
                null, DEFAULT_BATCH, judge, false, ProgressListener.NONE, TooLong.REFUSE, Overlap.REFUSE, List.of());
    }

    /**
     * @param newSystem system prompt in front of every prompt; null for none
     * @return a copy with it
     */
    public RunOptions withSystem(@Nullable String newSystem) {
        return new RunOptions(newSystem, batch, judge, rejudging, progress, tooLong, overlap, moreJudges);
    }

    /**
     * @param newBatch most prompts that are run at once
     * @return a copy with it
     */
    public RunOptions withBatch(int newBatch) {
        return new RunOptions(system, newBatch, judge, rejudging, progress, tooLong, overlap, moreJudges);
    }

    /**
     * @param newJudge tells refusals
     * @return a copy with it
     */
    public RunOptions withJudge(ExchangeJudge newJudge) {
        return new RunOptions(system, batch, newJudge, rejudging, progress, tooLong, overlap, moreJudges);
    }

    /**
     * @param others judges whose rulings are kept and compared with those of the first
     * @return a copy with them
     * @throws BadRequest if a judge is there twice
     */
    public RunOptions withMoreJudges(List<ExchangeJudge> others) {
        return new RunOptions(system, batch, judge, rejudging, progress, tooLong, overlap, others);
    }

    /** @return the names of all judges, the one that decides first */
    public String judgeNames() {
        return Stream.concat(Stream.of(judge), moreJudges.stream())
                .map(ExchangeJudge::name)
                .collect(Collectors.joining(", "));
    }

    /** @return a copy that lets another judge judge the answers of a run that is gone on with */
    public RunOptions withRejudging() {
        return new RunOptions(system, batch, judge, true, progress, tooLong, overlap, moreJudges);
    }

    /**
     * @param newProgress told how far the run has come
     * @return a copy with it
     */
    public RunOptions withProgress(ProgressListener newProgress) {
        return new RunOptions(system, batch, judge, rejudging, newProgress, tooLong, overlap, moreJudges);
    }

    /**
     * @param newTooLong what is done about prompts that do not fit the model's context; what is left out or cut is said in the results
     * @return a copy with it
     */
    public RunOptions withTooLong(TooLong newTooLong) {
        return new RunOptions(system, batch, judge, rejudging, progress, newTooLong, overlap, moreJudges);
    }

    /**
     * @param newOverlap what is done about prompts that a vector was extracted from; what is reported is said in the results
     * @return a copy with it
     */
    public RunOptions withOverlap(Overlap newOverlap) {
        return new RunOptions(system, batch, judge, rejudging, progress, tooLong, newOverlap, moreJudges);
    }
}
