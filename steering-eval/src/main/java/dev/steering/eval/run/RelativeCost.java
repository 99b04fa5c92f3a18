package dev.steering.eval.run;

import java.util.Arrays;

/**
 * Time per token of a method as a multiple of another's, over several rounds.
 *
 * @param median the median over the rounds
 * @param low the least
 * @param high the most
 */
public record RelativeCost(double median, double low, double high) {
    /**
     * @param ratios one ratio per round, at least one
     * @return their median and range
     * @throws IllegalArgumentException if there is none
     */
    static RelativeCost of(double[] ratios) {
        if (ratios.length == 0) {
            throw new IllegalArgumentException("A cost needs at least one round, found none.");
        }
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new RelativeCost(median, sorted[0], sorted[sorted.length - 1]);
    }
}
