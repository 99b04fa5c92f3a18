package dev.steering.eval.compare;

import dev.steering.eval.compare.SetFigures.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * Percentile bootstrap over prompts: every set is drawn anew with replacement, as large as it is, and the mean of its shares is taken
 * again. All methods and strengths share the draws, so that their bands differ for what they do and not for luck. Source: B. Efron,
 * "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7, 1979; the ends are the 2.5 % and 97.5 % quantiles (Hyndman
 * and Fan's estimate 8). Immutable and thread-safe.
 */
public final class Bootstrap {
    private static final double TAIL = 0.025;

    /** {@code [resample][set][draw]}: which prompt. */
    private final int[][][] draws;

    private Bootstrap(int[][][] draws) {
        this.draws = draws;
    }

    /**
     * @param sizes prompts of every set, in order
     * @param resamples how often they are drawn, at least 1
     * @param seed seed of {@link SplittableRandom}: resample by resample, set by set, {@code nextInt(size)} for every prompt
     * @return the draws
     */
    public static Bootstrap of(List<Integer> sizes, int resamples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][][] draws = new int[resamples][sizes.size()][];
        for (int[][] resample : draws) {
            for (int set = 0; set < resample.length; set++) {
                int size = sizes.get(set);
                int[] drawn = new int[size];
                for (int i = 0; i < size; i++) {
                    drawn[i] = random.nextInt(size);
                }
                resample[set] = drawn;
            }
        }
        return new Bootstrap(draws);
    }

    /**
     * @param sets figures of every set, in the order of the sizes
     * @param side which of the sets
     * @return mean over those sets of the share of wrong decisions; not a number if there is none
     */
    Share wrong(List<SetFigures> sets, Side side) {
        List<Integer> chosen = new ArrayList<>();
        for (int set = 0; set < sets.size(); set++) {
            if (sets.get(set).side() == side) {
                chosen.add(set);
            }
        }
        double value = chosen.stream()
                .mapToDouble(set -> share(sets.get(set).wrong()))
                .average()
                .orElse(Double.NaN);
        if (chosen.isEmpty()) {
            return new Share(value, value, value);
        }
        double[] values = new double[draws.length];
        for (int b = 0; b < draws.length; b++) {
            double sum = 0;
            for (int set : chosen) {
                sum += share(sets.get(set).wrong(), draws[b][set]);
            }
            values[b] = sum / chosen.size();
        }
        double[] ends = Quantile.withDefaults().evaluate(values, TAIL, 1 - TAIL);
        return new Share(value, ends[0], ends[1]);
    }

    private static double share(List<Boolean> wrong) {
        return (double) wrong.stream().filter(w -> w).count() / wrong.size();
    }

    private static double share(List<Boolean> wrong, int[] drawn) {
        int count = 0;
        for (int i : drawn) {
            count += wrong.get(i) ? 1 : 0;
        }
        return (double) count / drawn.length;
    }
}
