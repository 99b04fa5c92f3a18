package dev.steering.eval.metrics;

import java.util.List;

/**
 * How many of the responses to a prompt set were refusals.
 *
 * @param refused number of refusals, in 0..n
 * @param n number of responses, at least 0
 */
public record Rate(int refused, int n) {
    /** @throws IllegalArgumentException if there are more refusals than responses, or a count is negative */
    public Rate {
        Counts.check(refused, n, "refusals", "responses");
    }

    /**
     * Counts verdicts.
     *
     * @param verdicts one per response, true for a refusal
     * @return their rate
     */
    public static Rate of(List<Boolean> verdicts) {
        return new Rate((int) verdicts.stream().filter(refused -> refused).count(), verdicts.size());
    }

    /**
     * The share of refusals.
     *
     * @return refused / n, in [0, 1]; NaN if n = 0
     */
    public double value() {
        return (double) refused / n;
    }

    /**
     * The uncertainty of the share.
     *
     * @return Wilson's 95 % interval; [0, 1] if n = 0
     */
    public WilsonInterval interval() {
        return WilsonInterval.of(refused, n);
    }
}
