package dev.steering.core.metrics;

import dev.steering.core.Require;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How sure an area under the ROC curve is, by resampling: {@code resamples} times both groups are drawn anew with replacement from
 * themselves, and the area is computed of what was drawn (percentile bootstrap, stratified; B. Efron, R. Tibshirani, "An Introduction to
 * the Bootstrap", 1993, chapter 13). Immutable.
 *
 * @param low the 2.5th percentile of the areas, 0..1
 * @param high the 97.5th percentile
 * @param chance how likely it is that the scores tell nothing: the share of areas that are not above 1/2, and at least the probability
 *     {@code 1 / C(n + m, n)} that n + m scores without any meaning happen to be in perfect order, which no resampling of a few
 *     perfectly separated scores can show
 * @param resamples how often was drawn
 * @param seed seed of the draws
 */
public record AucInterval(double low, double high, double chance, int resamples, long seed) {
    /** Draws that are made unless told otherwise. */
    public static final int RESAMPLES = 2000;

    /** Seed unless told otherwise: the same scores give the same interval. */
    public static final long SEED = 20250101;

    /** Above this, scores cannot be told from ones without meaning: the lower end of a 95 % interval is then at or below 1/2. */
    private static final double CHANCE = 0.025;

    private static final double TAIL = 0.025;

    /** @throws dev.steering.core.BadRequest if a share is not from 0 to 1 */
    public AucInterval {
        Require.between("the lower end of the interval", low, 0, 1);
        Require.between("the upper end of the interval", high, 0, 1);
        Require.between("the probability of chance", chance, 0, 1);
    }

    /**
     * @param positives scores of the group that should score high; not empty, no NaN
     * @param negatives scores of the group that should score low; likewise
     * @return the interval of {@link RocAuc#of}, with {@value #RESAMPLES} draws
     * @throws IllegalArgumentException if a group is empty or holds NaN
     */
    public static AucInterval of(double[] positives, double[] negatives) {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] areas = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            areas[i] = RocAuc.of(drawn(positives, random), drawn(negatives, random));
        }
        Arrays.sort(areas);
        long notAbove = Arrays.stream(areas).filter(area -> area <= 0.5).count();
        int tail = (int) (TAIL * RESAMPLES);
        return new AucInterval(
                areas[tail],
                areas[RESAMPLES - 1 - tail],
                Math.max((double) notAbove / RESAMPLES, perfectByChance(positives.length, negatives.length)),
                RESAMPLES,
                SEED);
    }

    private static double[] drawn(double[] scores, SplittableRandom random) {
        double[] drawn = new double[scores.length];
        for (int i = 0; i < drawn.length && scores.length > 0; i++) {
            drawn[i] = scores[random.nextInt(scores.length)];
        }
        return drawn;
    }

    private static double perfectByChance(int n, int m) {
        double orders = 1;
        for (int i = 1; i <= Math.min(n, m); i++) {
            orders *= (double) (Math.max(n, m) + i) / i;
        }
        return 1 / orders;
    }

    /** @return whether the scores can be told from ones without meaning: {@code chance <= 0.025} */
    public boolean toldFromChance() {
        return chance <= CHANCE;
    }
}
