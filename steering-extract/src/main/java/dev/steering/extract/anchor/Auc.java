package dev.steering.extract.anchor;

import java.util.Arrays;

/** Area under the ROC curve. Stateless and thread-safe. */
public final class Auc {
    private Auc() {}

    /**
     * The probability that a random positive scores higher than a random negative, ties counting half: the Mann-Whitney U
     * statistic divided by its maximum.
     *
     * @param positive scores that should be high, at least one, no NaN
     * @param negative scores that should be low, at least one, no NaN
     * @return 0..1, 0.5 for no separation
     * @throws IllegalArgumentException if either is empty
     */
    public static double of(double[] positive, double[] negative) {
        if (positive.length == 0 || negative.length == 0) {
            throw new IllegalArgumentException(
                    positive.length + " positive and " + negative.length + " negative scores");
        }
        double[] sorted = negative.clone();
        Arrays.sort(sorted);
        double wins = 0;
        for (double score : positive) {
            // Counting below and at-or-below, and taking the mean, gives a tie one half.
            wins += (below(sorted, score, false) + below(sorted, score, true)) / 2.0;
        }
        return wins / ((double) positive.length * negative.length);
    }

    private static int below(double[] sorted, double score, boolean orEqual) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < score || (orEqual && sorted[middle] == score)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
