package dev.steering.eval.utility;

import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.descriptive.Quantile;
import org.jspecify.annotations.Nullable;

/**
 * A mean over tokens, with a band that says how much it depends on which prompts were asked. Immutable.
 *
 * @param value the mean, nats
 * @param low lower end of the 95 % bootstrap band; null where it is not known what each answer gave
 * @param high its upper end; null as well
 */
public record TokenMean(double value, @Nullable Double low, @Nullable Double high) {
    private static final int RESAMPLES = 1000;
    private static final double TAIL = 0.025;

    /**
     * The ratio of sums, and the percentiles of the same of as many answers drawn with replacement, 1000 times with a fixed seed (Efron and
     * Tibshirani 1993, chapter 13): tokens of one answer are not drawn apart, because they are not independent.
     *
     * @param answers what each answer gave, with at least one token in all
     * @return their mean
     */
    public static TokenMean of(List<TokenSum> answers) {
        SplittableRandom random = new SplittableRandom(0);
        double[] means = new double[RESAMPLES];
        for (int b = 0; b < RESAMPLES; b++) {
            double sum = 0;
            long tokens = 0;
            for (int i = 0; i < answers.size(); i++) {
                TokenSum drawn = answers.get(random.nextInt(answers.size()));
                sum += drawn.sum();
                tokens += drawn.tokens();
            }
            means[b] = tokens == 0 ? 0 : sum / tokens;
        }
        double[] ends = Quantile.withDefaults().evaluate(means, TAIL, 1 - TAIL);
        double value = mean(answers);
        return new TokenMean(value, Math.min(value, ends[0]), Math.max(value, ends[1]));
    }

    private static double mean(List<TokenSum> answers) {
        TokenSum all = answers.stream().reduce(new TokenSum(0, 0), TokenSum::plus);
        return all.sum() / all.tokens();
    }
}
