package dev.steering.export.check;

/**
 * One tensor of a reference file against what the bundle computed.
 *
 * @param name the tensor's name in the file, with the way it was computed in brackets
 * @param difference largest absolute difference, divided by the reference's largest magnitude where that exceeds 1; for
 *     greedy tokens the number of positions that differ
 * @param exact whether only 0 will do, as for tokens
 */
public record Comparison(String name, double difference, boolean exact) {
    /**
     * @param tolerance largest difference allowed for tensors that need not be exact
     * @return whether the bundle passes; a difference that is not a number never does
     */
    public boolean passes(double tolerance) {
        return exact ? difference == 0 : difference <= tolerance;
    }

    static Comparison of(String name, float[] expected, float[] found) {
        if (expected.length != found.length) {
            throw new IllegalArgumentException(
                    name + ": expected " + expected.length + " values, computed " + found.length);
        }
        double largest = 0;
        double scale = 1;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) expected[i] - found[i]);
            largest = Double.isNaN(difference) || Double.isNaN(largest) ? Double.NaN : Math.max(largest, difference);
            scale = Math.max(scale, Math.abs(expected[i]));
        }
        return new Comparison(name, largest / scale, false);
    }

    static Comparison tokens(String name, long[] expected, int[] found) {
        int different = Math.abs(expected.length - found.length);
        for (int i = 0; i < Math.min(expected.length, found.length); i++) {
            different += expected[i] == found[i] ? 0 : 1;
        }
        return new Comparison(name, different, true);
    }
}
