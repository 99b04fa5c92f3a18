package dev.steering.eval.run;

import java.util.stream.DoubleStream;
import org.apache.commons.statistics.descriptive.Median;

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
    public static RelativeCost of(double[] ratios) {
        if (ratios.length == 0) {
            throw new IllegalArgumentException("A cost needs at least one round, found none.");
        }
        return new RelativeCost(
                Median.withDefaults().evaluate(ratios.clone()),
                DoubleStream.of(ratios).min().orElseThrow(),
                DoubleStream.of(ratios).max().orElseThrow());
    }
}
