package dev.steering.eval.compare;

import java.util.List;

/**
 * A figure of a method that was drawn several times.
 *
 * @param mean mean over the draws
 * @param deviation standard deviation with n - 1; 0 of one draw
 * @param low the lowest
 * @param high the highest
 */
public record Spread(double mean, double deviation, double low, double high) {
    /**
     * @param values one a draw, at least one
     * @return their spread
     */
    public static Spread of(List<Double> values) {
        double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
        double squares =
                values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        return new Spread(
                mean,
                values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)),
                values.stream().mapToDouble(v -> v).min().orElseThrow(),
                values.stream().mapToDouble(v -> v).max().orElseThrow());
    }
}
