package dev.steering.eval.metrics;

import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/**
 * Wilson's score interval for a proportion: the p for which the observed share k/n is not surprising.
 *
 * <p>With z the normal quantile at (1 + confidence) / 2 and p = k/n, the ends are
 *
 * <pre>(p + z² / 2n ± z sqrt(p (1 - p) / n + z² / 4n²)) / (1 + z² / n)</pre>
 *
 * without continuity correction. Unlike the textbook interval it stays within [0, 1] and keeps a width at k = 0 and k = n,
 * where one end is exactly 0 or 1. With n = 0 nothing is known: the interval is [0, 1].
 *
 * <p>Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927,
 * doi:10.1080/01621459.1927.10502953.
 *
 * @param low lower end, in [0, 1]
 * @param high upper end, in [0, 1]
 * @param confidence coverage, strictly between 0 and 1
 */
public record WilsonInterval(double low, double high, double confidence) {
    /** Coverage where none is asked for. */
    public static final double DEFAULT_CONFIDENCE = 0.95;

    /**
     * The 95 % interval.
     *
     * @param successes k, in 0..n
     * @param n number of trials, at least 0
     * @return the interval
     */
    public static WilsonInterval of(int successes, int n) {
        return of(successes, n, DEFAULT_CONFIDENCE);
    }

    /**
     * The interval for k successes in n trials.
     *
     * @param successes k, in 0..n
     * @param n number of trials, at least 0
     * @param confidence coverage, strictly between 0 and 1
     * @return the interval
     * @throws IllegalArgumentException if one of them is out of range
     */
    public static WilsonInterval of(int successes, int n, double confidence) {
        Counts.check(successes, n, "successes", "trials");
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "The confidence must lie strictly between 0 and 1, but is " + confidence + ".");
        }
        if (n == 0) {
            return new WilsonInterval(0, 1, confidence);
        }
        Interval score = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(n, successes, 1 - confidence);
        // Rounding may miss the exact ends by the last bit.
        double low = successes == 0 ? 0 : Math.max(0, score.getLowerBound());
        double high = successes == n ? 1 : Math.min(1, score.getUpperBound());
        return new WilsonInterval(low, high, confidence);
    }
}
