package dev.steering.core.metrics;

import java.util.Arrays;

/**
 * Area under the ROC curve: the probability that a score of the positive group exceeds one of the negative group, a tie
 * counting one half. 1 is perfect separation, 0.5 is chance, 0 is perfect separation the wrong way round.
 *
 * <p>It is the Mann-Whitney statistic divided by the number of pairs (J. A. Hanley, B. J. McNeil, "The Meaning and Use of the
 * Area under a Receiver Operating Characteristic (ROC) Curve", Radiology 143, 1982, doi:10.1148/radiology.143.1.7063747),
 * computed exactly in O(n log n).
 */
public final class RocAuc {
    private RocAuc() {}

    /**
     * The area for two groups of scores.
     *
     * @param positives scores of the group that should score high; not empty, no NaN, infinities allowed
     * @param negatives scores of the group that should score low; likewise
     * @return the area, in [0, 1]
     * @throws IllegalArgumentException if a group is empty or holds NaN
     */
    public static double of(double[] positives, double[] negatives) {
        double[] high = sorted(positives, "positive");
        double[] low = sorted(negatives, "negative");
        // Twice the number of pairs that are in order, so that a tie counts 1.
        long doubled = 0;
        int below = 0;
        int notAbove = 0;
        for (double score : high) {
            while (below < low.length && low[below] < score) {
                below++;
            }
            while (notAbove < low.length && low[notAbove] <= score) {
                notAbove++;
            }
            doubled += below + notAbove;
        }
        return doubled / (2.0 * high.length * low.length);
    }

    private static double[] sorted(double[] scores, String group) {
        if (scores.length == 0) {
            throw new IllegalArgumentException(
                    "There is no " + group + " score: the area needs at least one of each group.");
        }
        for (int i = 0; i < scores.length; i++) {
            if (Double.isNaN(scores[i])) {
                throw new IllegalArgumentException("The " + group + " score at index " + i + " is not a number.");
            }
        }
        double[] copy = scores.clone();
        Arrays.sort(copy);
        return copy;
    }

    /**
     * The standard error of an area by the formula for exponential scores (Hanley and McNeil 1982, equation 1), which needs the area alone.
     *
     * @param auc the area, 0..1
     * @param positives number of scores of the group that should score high, at least 1
     * @param negatives number of the others, at least 1
     * @return its standard error; 0 for areas of 0 and 1
     */
    public static double standardError(double auc, int positives, int negatives) {
        double twoPositives = auc / (2 - auc);
        double twoNegatives = 2 * auc * auc / (1 + auc);
        double variance = (auc * (1 - auc)
                        + (positives - 1) * (twoPositives - auc * auc)
                        + (negatives - 1) * (twoNegatives - auc * auc))
                / ((double) positives * negatives);
        return Math.sqrt(Math.max(0, variance));
    }
}
