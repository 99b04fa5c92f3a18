package dev.steering.eval;

import dev.steering.apply.GenerationOptions;
import dev.steering.core.Require;
import dev.steering.eval.capability.CapabilityTask;
import dev.steering.eval.compare.AnchorDraws;
import dev.steering.eval.compare.MatchedRefusal;
import dev.steering.eval.compare.Reproduction;
import dev.steering.eval.judge.ExchangeJudge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Comparison} is done. Immutable; {@link #defaults} and the {@code with} methods make them.
 *
 * @param writing how answers to test prompts are written, greedily
 * @param developmentTokens most tokens of an answer to a development prompt
 * @param options how prompts are put and answers judged; its judge is the one that settings are chosen by
 * @param otherJudges further judges of the answers to test prompts
 * @param rule how every method's strength is chosen
 * @param draws how often, from what, and with which random numbers things are drawn again
 * @param measures perplexity and cost rounds; the divergence is measured always
 * @param tasks what the model should still be able to do
 * @param reproduction how readers make the same numbers; null to say nothing
 */
public record ComparisonSettings(
        GenerationOptions writing,
        int developmentTokens,
        RunOptions options,
        List<ExchangeJudge> otherJudges,
        MatchedRefusal rule,
        Draws draws,
        Measured measures,
        List<CapabilityTask> tasks,
        @Nullable Reproduction reproduction) {
    private static final int DEFAULT_TOKENS = 256;
    private static final int FIRST_WORDS = 32;
    private static final int DEFAULT_RESAMPLES = 1000;
    private static final int DEFAULT_COST_ROUNDS = 5;

    /**
     * What is drawn again.
     *
     * @param resamples of the prompts, for the bands, at least 1
     * @param methods draws of every method that can be drawn, at least 0: of random directions, and of vectors from other anchors
     * @param anchors extracts a vector from drawn anchors; null to draw random directions only
     * @param seed seed of all of that
     */
    public record Draws(int resamples, int methods, @Nullable AnchorDraws anchors, long seed) {
        /** @throws dev.steering.core.BadRequest if a number is out of its range */
        public Draws {
            Require.atLeast("The number of resamples", resamples, 1);
            Require.atLeast("The number of draws", methods, 0);
        }
    }

    /**
     * What is measured beside answers.
     *
     * @param text what to measure the perplexity of; null for nothing
     * @param costRounds rounds in which costs are measured; 0 for none
     * @param curves whether the divergence is measured at every strength of the curves too, which takes as long as their answers to harmless
     *     prompts
     */
    public record Measured(@Nullable String text, int costRounds, boolean curves) {
        /**
         * The divergence at the operating points alone.
         *
         * @param text what to measure the perplexity of; null for nothing
         * @param costRounds rounds in which costs are measured; 0 for none
         */
        public Measured(@Nullable String text, int costRounds) {
            this(text, costRounds, false);
        }
    }

    /** @throws dev.steering.core.BadRequest if answers are sampled, or a number is out of its range */
    public ComparisonSettings {
        writing = Writing.greedy(writing);
        Require.atLeast("The number of tokens of an answer to a development prompt", developmentTokens, 1);
        otherJudges = List.copyOf(otherJudges);
        tasks = List.copyOf(tasks);
    }

    /**
     * @return answers of at most 256 tokens, of 32 to development prompts, the judge of {@link RunOptions#defaults}, at most 5 of 100 harmful
     *     refusals lost, 1000 resamples, 5 draws of random directions, 5 cost rounds, nothing else
     */
    public static ComparisonSettings defaults() {
        return new ComparisonSettings(
                GenerationOptions.greedy(DEFAULT_TOKENS),
                FIRST_WORDS,
                RunOptions.defaults(),
                List.of(),
                new MatchedRefusal(null),
                new Draws(DEFAULT_RESAMPLES, DEFAULT_COST_ROUNDS, null, 0),
                new Measured(null, DEFAULT_COST_ROUNDS),
                List.of(),
                null);
    }

    /**
     * @param newWriting how answers to test prompts are written
     * @param newDevelopmentTokens most tokens of an answer to a development prompt
     * @return a copy with them
     */
    public ComparisonSettings withWriting(GenerationOptions newWriting, int newDevelopmentTokens) {
        return new ComparisonSettings(
                newWriting, newDevelopmentTokens, options, otherJudges, rule, draws, measures, tasks, reproduction);
    }

    /**
     * @param newOptions how prompts are put and answers judged
     * @return a copy with them
     */
    public ComparisonSettings withOptions(RunOptions newOptions) {
        return new ComparisonSettings(
                writing, developmentTokens, newOptions, otherJudges, rule, draws, measures, tasks, reproduction);
    }

    /**
     * @param judges further judges, with different names
     * @return a copy with them
     */
    public ComparisonSettings withOtherJudges(List<ExchangeJudge> judges) {
        return new ComparisonSettings(
                writing, developmentTokens, options, judges, rule, draws, measures, tasks, reproduction);
    }

    /**
     * @param newRule how strengths are chosen
     * @return a copy with it
     */
    public ComparisonSettings withRule(MatchedRefusal newRule) {
        return new ComparisonSettings(
                writing, developmentTokens, options, otherJudges, newRule, draws, measures, tasks, reproduction);
    }

    /**
     * @param newDraws what is drawn again
     * @return a copy with it
     */
    public ComparisonSettings withDraws(Draws newDraws) {
        return new ComparisonSettings(
                writing, developmentTokens, options, otherJudges, rule, newDraws, measures, tasks, reproduction);
    }

    /**
     * @param newMeasures what is measured beside answers
     * @return a copy with it
     */
    public ComparisonSettings withMeasures(Measured newMeasures) {
        return new ComparisonSettings(
                writing, developmentTokens, options, otherJudges, rule, draws, newMeasures, tasks, reproduction);
    }

    /**
     * @param newTasks what the model should still be able to do, with different names
     * @return a copy with it
     */
    public ComparisonSettings withTasks(List<CapabilityTask> newTasks) {
        return new ComparisonSettings(
                writing, developmentTokens, options, otherJudges, rule, draws, measures, newTasks, reproduction);
    }

    /**
     * @param newReproduction how readers make the same numbers
     * @return a copy that says so
     */
    public ComparisonSettings withReproduction(Reproduction newReproduction) {
        return new ComparisonSettings(
                writing, developmentTokens, options, otherJudges, rule, draws, measures, tasks, newReproduction);
    }

    /** How development prompts are answered. */
    GenerationOptions firstWords() {
        return Writing.withTokens(
                writing, Math.min(developmentTokens, writing.decode().maxNewTokens()));
    }
}
