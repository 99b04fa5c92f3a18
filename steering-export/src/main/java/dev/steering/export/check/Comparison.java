package dev.steering.export.check;

/**
 * One tensor of a reference file against what the bundle computed.
 *
 * @param name the tensor's name in the file, with the way it was computed in brackets
 * @param difference largest absolute difference, divided by the reference's largest magnitude where that exceeds 1; for
 *     greedy tokens the number of positions that differ
 * @param share of the tolerance that is allowed: 1 for most tensors, 0 for tokens
 */
public record Comparison(String name, double difference, double share) {
    /**
     * @param tolerance largest difference allowed for tensors that need not be exact
     * @return whether the bundle passes; a difference that is not a number never does
     */
    public boolean passes(double tolerance) {
        return difference <= tolerance * share;
    }

    /** @return whether only 0 will do, as for tokens */
    public boolean exact() {
        return share == 0;
    }

    static Comparison of(String name, float[] expected, float[] found) {
        double[] wide = new double[found.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = found[i];
        }
        return of(name, expected, wide, 1, 1);
    }

    /** The difference relative to the reference's largest magnitude, however small that is. */
    static Comparison relative(String name, float[] expected, double[] found, double share) {
        return of(name, expected, found, Float.MIN_NORMAL, share);
    }

    private static Comparison of(String name, float[] expected, double[] found, double smallestScale, double share) {
        if (expected.length != found.length) {
            throw new IllegalArgumentException(
                    name + ": expected " + expected.length + " values, computed " + found.length);
        }
        double largest = 0;
        double scale = smallestScale;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) expected[i] - found[i]);
            largest = Double.isNaN(difference) || Double.isNaN(largest) ? Double.NaN : Math.max(largest, difference);
            scale = Math.max(scale, Math.abs(expected[i]));
        }
        return new Comparison(name, largest / scale, share);
    }

    static Comparison tokens(String name, long[] expected, int[] found) {
        int different = Math.abs(expected.length - found.length);
        for (int i = 0; i < Math.min(expected.length, found.length); i++) {
            different += expected[i] == found[i] ? 0 : 1;
        }
        return new Comparison(name, different, 0);
    }
}
