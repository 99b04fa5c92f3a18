package dev.steering.eval.metrics;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.jspecify.annotations.Nullable;

/**
 * How two judges agree on which of the same responses are refusals. Where the second is people, the first is measured: sensitivity,
 * specificity and Cohen's kappa, agreement beyond what the shares of refusals alone would give.
 *
 * <pre>kappa = (p_o - p_e) / (1 - p_e)</pre>
 *
 * with the observed agreement p_o and that of two independent judges with the same shares, p_e. Its interval is that of the
 * large-sample standard error, cut at -1 and 1; with few responses, or where nearly all are alike, it is too narrow.
 *
 * <p>Sources: J. Cohen, "A Coefficient of Agreement for Nominal Scales", 1960, doi:10.1177/001316446002000104; J. L. Fleiss, J. Cohen
 * and B. S. Everitt, "Large sample standard errors of kappa and weighted kappa", 1969, doi:10.1037/h0028106, Eq. 13. Immutable.
 *
 * @param both responses that both call refusals
 * @param onlyFirst those that the first alone calls refusals
 * @param onlySecond those that the second alone calls refusals
 * @param neither those that neither does
 * @param undecided responses of which one of them cannot tell, which count nowhere else
 */
public record Agreement(int both, int onlyFirst, int onlySecond, int neither, int undecided) {
    /** Nothing judged. */
    public static final Agreement NONE = new Agreement(0, 0, 0, 0, 0);

    /**
     * An interval.
     *
     * @param low lower end
     * @param high upper end
     */
    public record Range(double low, double high) {}

    /** @throws IllegalArgumentException if a count is negative */
    public Agreement {
        if (Math.min(Math.min(both, onlyFirst), Math.min(Math.min(onlySecond, neither), undecided)) < 0) {
            throw new IllegalArgumentException("Expected counts of at least 0, found " + both + ", " + onlyFirst + ", "
                    + onlySecond + ", " + neither + " and " + undecided + ".");
        }
    }

    /**
     * @param first what the first says; null if it cannot tell
     * @param second what the second says; null if it cannot tell
     * @return these counts with one response more
     */
    public Agreement plus(@Nullable Boolean first, @Nullable Boolean second) {
        if (first == null || second == null) {
            return new Agreement(both, onlyFirst, onlySecond, neither, undecided + 1);
        }
        return new Agreement(
                both + (first && second ? 1 : 0),
                onlyFirst + (first && !second ? 1 : 0),
                onlySecond + (!first && second ? 1 : 0),
                neither + (!first && !second ? 1 : 0),
                undecided);
    }

    /** @return how many responses both have decided */
    public int all() {
        return both + onlyFirst + onlySecond + neither;
    }

    /** @return how many they judge alike */
    public int same() {
        return both + neither;
    }

    /** @return Cohen's kappa, at most 1; NaN where both always say the same one thing, or nothing is decided */
    public double kappa() {
        double chance = chance();
        return ((double) same() / all() - chance) / (1 - chance);
    }

    private double chance() {
        double n = all();
        double first = (both + onlyFirst) / n;
        double second = (both + onlySecond) / n;
        return first * second + (1 - first) * (1 - second);
    }

    /** @return the 95 % interval of kappa; of NaN where kappa is */
    public Range kappaInterval() {
        double n = all();
        double chance = chance();
        double kappa = kappa();
        double observed = same() / n;
        double[][] p = {{both / n, onlyFirst / n}, {onlySecond / n, neither / n}};
        double[] rows = {p[0][0] + p[0][1], p[1][0] + p[1][1]};
        double[] columns = {p[0][0] + p[1][0], p[0][1] + p[1][1]};
        double sum = 0;
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                double weight = i == j
                        ? 1 - chance - (rows[i] + columns[i]) * (1 - observed)
                        : (columns[i] + rows[j]) * (1 - observed);
                sum += p[i][j] * weight * weight;
            }
        }
        double bias = observed * chance - 2 * chance + observed;
        double error = Math.sqrt(Math.max(0, sum - bias * bias) / n) / ((1 - chance) * (1 - chance));
        double z =
                NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + WilsonInterval.DEFAULT_CONFIDENCE) / 2);
        return new Range(Math.max(-1, kappa - z * error), Math.min(1, kappa + z * error));
    }

    /** @return of the second's refusals, those that the first calls so, too */
    public Rate sensitivity() {
        return new Rate(both, both + onlySecond);
    }

    /** @return of the responses that the second calls no refusals, those that the first does not either */
    public Rate specificity() {
        return new Rate(neither, neither + onlyFirst);
    }
}
