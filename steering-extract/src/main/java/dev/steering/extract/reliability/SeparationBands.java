package dev.steering.extract.reliability;

import dev.steering.core.reliability.LayerReliability.Band;
import dev.steering.extract.estimate.ContrastSample;
import java.util.Arrays;

/**
 * How far apart the classes of the population are, whose means' distance the sample's exceeds, because noise has a length too. With d the
 * difference of means, u = d / |d|, and d_b, s_b those of a resample and the square of what is at right angles to u in its noise, distances are
 * {@code sqrt(max(0, |d|^2 - s_b')) + (d_b . u - |d|)}, s' being s with the spread that the noise of a sample has ({@link NoiseSpread}); over the
 * resample's spread within classes they are separabilities. {@code docs/statistics.md} says more.
 *
 * @param norm 90 % interval of the distance of the class means
 * @param separability 90 % interval of that in units of the spread within a class
 */
record SeparationBands(Band norm, Band separability) {
    /**
     * @param groups what is resampled
     * @param alone single activations, of which the spread is known
     * @param resamples how often
     * @param seed of the draws
     */
    static SeparationBands of(ContrastSample groups, ContrastSample alone, int resamples, long seed) {
        double[] difference = groups.difference();
        double length = groups.norm(difference);
        double[] along = groups.projections(difference);
        boolean single = groups == alone || groups.size() == alone.size();
        double known = spread(alone);
        Draws draws = new Draws(groups, seed);
        double[] moved = new double[resamples];
        double[] off = new double[resamples];
        double[] spreads = new double[resamples];
        double correction = correction(groups);
        for (int b = 0; b < resamples; b++) {
            ContrastSample drawn = groups.withWeights(draws.resample());
            double[] noise = drawn.difference();
            double dot = 0;
            for (int i = 0; i < noise.length; i++) {
                dot += noise[i] * along[i];
                noise[i] = correction * (noise[i] - difference[i]);
            }
            moved[b] = correction * (dot / length - length);
            off[b] = Math.max(0, groups.dot(noise, noise) - moved[b] * moved[b]);
            spreads[b] = single ? spread(drawn) * correction : known;
        }
        double mean = Arrays.stream(off).average().orElse(0);
        double deviation = Math.sqrt(
                Arrays.stream(off).map(s -> (s - mean) * (s - mean)).average().orElse(0));
        double ratio = deviation > 0 ? Math.min(1, Math.sqrt(NoiseSpread.variance(groups)) / deviation) : 1;
        double[] norms = new double[resamples];
        double[] separabilities = new double[resamples];
        for (int b = 0; b < resamples; b++) {
            double noise = mean + ratio * (off[b] - mean);
            norms[b] = Math.max(0, Math.sqrt(Math.max(0, length * length - noise)) + moved[b]);
            separabilities[b] = spreads[b] > 0 ? norms[b] / spreads[b] : 0;
        }
        return new SeparationBands(Percentiles.ninety(norms), Percentiles.ninety(separabilities));
    }

    /** Deviations of n drawn from n are smaller than those of the population by (n - 1) / n; of both classes together. */
    private static double correction(ContrastSample groups) {
        long[] size = new long[2];
        for (int i = 0; i < groups.size(); i++) {
            size[groups.isHarmful(i) ? 1 : 0] += groups.weight(i) > 0 ? 1 : 0;
        }
        double n = 2.0 / (1.0 / size[0] + 1.0 / size[1]);
        return Math.sqrt(n / (n - 1));
    }

    /** Root of the mean of both classes' traces of unbiased covariance. */
    private static double spread(ContrastSample sample) {
        return Math.sqrt((variance(sample, true) + variance(sample, false)) / 2);
    }

    private static double variance(ContrastSample sample, boolean harmful) {
        double[] weights = new double[sample.size()];
        double n = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = sample.isHarmful(i) == harmful ? sample.weight(i) : 0;
            n += weights[i];
        }
        return n > 1 ? sample.withWeights(weights).variance() * n / (n - 1) : 0;
    }
}
