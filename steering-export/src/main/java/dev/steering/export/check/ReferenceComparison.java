package dev.steering.export.check;

/**
 * One tensor of a reference file against what the bundle computed.
 *
 * @param name the tensor's name in the file, with the way it was computed in brackets
 * @param kind what is compared
 * @param difference for values the largest absolute difference, divided by the reference's largest magnitude where that exceeds
 *     1; for tokens half of the largest amount by which the model's best logit is above that of the reference's token, divided
 *     alike: logits that are apart by no more than d can exchange tokens whose own logits are apart by no more than 2 d
 * @param share of the tolerance that is allowed: 1 for most values
 * @param tokens how many tokens of the reference are not the model's own choice after the same text; 0 for values
 */
public record ReferenceComparison(String name, Kind kind, double difference, double share, int tokens) {
    /** What is compared, and what passes. */
    public enum Kind {
        /** Numbers, which have to agree within the tolerance. */
        VALUES,
        /** Greedily chosen tokens, which have to be identical. */
        TOKENS,
        /** Greedy tokens of a model whose numbers are rounded: identical, or so close that the tolerance explains it. */
        ROUNDED_TOKENS
    }

    /**
     * @param tolerance largest difference allowed
     * @return whether the bundle passes; a difference that is not a number never does
     */
    public boolean passes(double tolerance) {
        return kind == Kind.TOKENS ? tokens == 0 : difference <= tolerance * share;
    }

    static ReferenceComparison tokens(String name, Kind kind, double difference, int tokens) {
        return new ReferenceComparison(name, kind, difference, 1, tokens);
    }

    static ReferenceComparison of(String name, float[] expected, float[] found) {
        double[] wide = new double[found.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = found[i];
        }
        return of(name, expected, wide, 1, 1);
    }

    /** The difference relative to the reference's largest magnitude, however small that is. */
    static ReferenceComparison relative(String name, float[] expected, double[] found, double share) {
        return of(name, expected, found, Float.MIN_NORMAL, share);
    }

    private static ReferenceComparison of(
            String name, float[] expected, double[] found, double smallestScale, double share) {
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
        return new ReferenceComparison(name, Kind.VALUES, largest / scale, share, 0);
    }
}
