package dev.steering.extract.reliability;

import dev.steering.core.reliability.LayerReliability.Band;
import org.apache.commons.statistics.descriptive.Quantile;

/** Percentile intervals (Efron and Tibshirani 1993, chapter 13) of what resamples gave. Stateless and thread-safe. */
public final class Percentiles {
    private static final double[] NINETY = {0.05, 0.95};

    private Percentiles() {}

    /**
     * @param values what each resample gave, at least one; not changed
     * @return the interval that leaves 5 % of them out at each end
     */
    public static Band ninety(double[] values) {
        double[] ends = Quantile.withDefaults().evaluate(values.clone(), NINETY);
        return new Band(ends[0], ends[1]);
    }
}
