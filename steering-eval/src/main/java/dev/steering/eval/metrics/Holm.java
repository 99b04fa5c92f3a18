package dev.steering.eval.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down correction: p-values of a family of tests, adjusted so that rejecting those below a level keeps the probability
 * of any false rejection below it, whatever the tests' dependence.
 *
 * <p>With the p-values in ascending order p(1) .. p(m), the i-th becomes the largest of {@code min(1, (m - j + 1) p(j))} over j up to
 * i. Source: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979.
 */
public final class Holm {
    private Holm() {}

    /**
     * @param pValues the family's p-values, each in [0, 1]
     * @return the adjusted ones, in the same order
     */
    public static double[] adjust(List<Double> pValues) {
        int m = pValues.size();
        int[] order = IntStream.range(0, m)
                .boxed()
                .sorted(Comparator.comparingDouble(pValues::get))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[m];
        double largest = 0;
        for (int rank = 0; rank < m; rank++) {
            largest = Math.max(largest, Math.min(1, (m - rank) * pValues.get(order[rank])));
            adjusted[order[rank]] = largest;
        }
        return adjusted;
    }
}
