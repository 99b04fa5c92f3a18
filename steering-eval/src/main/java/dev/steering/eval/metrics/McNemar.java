package dev.steering.eval.metrics;

import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * McNemar's exact test: do two methods refuse equally often on the same prompts?
 *
 * <p>Only the prompts on which the methods disagree count. If both were equally likely to be the refusing one, their number b
 * of n = b + c would be binomial with probability 1/2, so the two-sided p-value is
 *
 * <pre>min(1, 2 P(X &lt;= min(b, c))),  X ~ Binomial(b + c, 1/2)</pre>
 *
 * with a relative error below 1e-11 up to a million disagreements. No disagreement at all gives 1.
 *
 * <p>Source: Q. McNemar, "Note on the Sampling Error of the Difference Between Correlated Proportions or Percentages",
 * Psychometrika 12, 1947, doi:10.1007/BF02295996, in its exact binomial form.
 *
 * @param onlyFirst prompts that only the first method refused (b)
 * @param onlySecond prompts that only the second method refused (c)
 * @param pValue two-sided, in [0, 1]
 */
public record McNemar(int onlyFirst, int onlySecond, double pValue) {
    /**
     * Compares the verdicts of two methods on the same prompts.
     *
     * @param first verdicts of the first method, true for a refusal
     * @param second verdicts of the second method on the same prompts in the same order
     * @return the test
     * @throws IllegalArgumentException if the lists differ in length
     */
    public static McNemar of(List<Boolean> first, List<Boolean> second) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException("A paired test needs two verdicts per prompt, but there are "
                    + first.size() + " of the first method and " + second.size() + " of the second.");
        }
        int onlyFirst = 0;
        int onlySecond = 0;
        for (int i = 0; i < first.size(); i++) {
            boolean a = first.get(i);
            boolean b = second.get(i);
            onlyFirst += a && !b ? 1 : 0;
            onlySecond += b && !a ? 1 : 0;
        }
        return of(onlyFirst, onlySecond);
    }

    /**
     * The test from the two counts of disagreement.
     *
     * @param onlyFirst prompts that only the first method refused, at least 0
     * @param onlySecond prompts that only the second method refused, at least 0
     * @return the test
     * @throws IllegalArgumentException if a count is negative
     * @throws ArithmeticException if there are more than {@link Integer#MAX_VALUE} disagreements
     */
    public static McNemar of(int onlyFirst, int onlySecond) {
        if (onlyFirst < 0 || onlySecond < 0) {
            throw new IllegalArgumentException(
                    "Counts of disagreement must not be negative, found " + onlyFirst + " and " + onlySecond + ".");
        }
        int n = Math.addExact(onlyFirst, onlySecond);
        int smaller = Math.min(onlyFirst, onlySecond);
        // Not BinomialTest: its two tails are found by comparing rounded probabilities, and a tail's last term gets
        // lost.
        double tail = BinomialDistribution.of(n, 0.5).cumulativeProbability(smaller);
        return new McNemar(onlyFirst, onlySecond, Math.min(1, 2 * tail));
    }
}
