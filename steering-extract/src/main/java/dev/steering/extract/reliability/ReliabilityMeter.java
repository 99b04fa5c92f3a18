package dev.steering.extract.reliability;

import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.reliability.LayerReliability.Band;
import dev.steering.core.reliability.LayerReliability.Control;
import dev.steering.core.reliability.LayerReliability.Share;
import dev.steering.extract.estimate.ContrastSample;
import dev.steering.extract.estimate.DirectionEstimator;
import dev.steering.extract.estimate.MeanDifference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures how sure one can be of a layer's direction; {@code docs/statistics.md} has the formulas. Everything is drawn with a fixed seed, so
 * that the same activations give the same numbers, in whatever order they came. Immutable and thread-safe.
 */
public final class ReliabilityMeter {
    /** Fewest activations of a class that anything can be said of. */
    public static final int FEWEST = 4;

    private static final double[] SHARES = {0.25, 0.5, 0.75};
    private static final long SEED = 0x5EEDL;

    private final DirectionEstimator estimator;
    private final int resamples;
    private final int permutations;
    private final int halvings;

    private ReliabilityMeter(DirectionEstimator estimator, int resamples, int permutations, int halvings) {
        this.estimator = estimator;
        this.resamples = resamples;
        this.permutations = permutations;
        this.halvings = halvings;
    }

    /**
     * @param estimator how directions are computed
     * @return 400 resamples and 199 permutations for mean differences, which cost little; otherwise 100 and 99; 10 halvings
     */
    public static ReliabilityMeter of(DirectionEstimator estimator) {
        boolean cheap = estimator instanceof MeanDifference;
        return new ReliabilityMeter(estimator, cheap ? 400 : 100, cheap ? 199 : 99, 10);
    }

    /**
     * @param newResamples number of bootstrap resamples, at least 1
     * @param newPermutations number of permutations, at least 1
     * @return a copy with them
     */
    public ReliabilityMeter withDraws(int newResamples, int newPermutations) {
        return new ReliabilityMeter(estimator, newResamples, newPermutations, halvings);
    }

    /**
     * Of activations that are all there one by one.
     *
     * @param sample the activations
     * @return how sure one can be of their direction; null if a class has fewer than {@link #FEWEST}, or the sample has no direction
     */
    public @Nullable LayerReliability measure(ContrastSample sample) {
        return measure(sample, sample.variance());
    }

    /**
     * The same where the variance is known better than from the sample, in which equal prompts are one.
     *
     * @param sample the activations
     * @param variance trace of the biased covariance of all activations
     * @return how sure one can be of their direction; null as above
     */
    public @Nullable LayerReliability measure(ContrastSample sample, double variance) {
        return measure(sample, sample, null, variance);
    }

    /**
     * Of more activations than are kept one by one.
     *
     * @param sample single activations and means of others, each with the weight of what it is the mean of
     * @param groups means of all, for what is resampled
     * @param singles which of the sample are single; null for all
     * @param variance trace of the biased covariance of all activations
     * @return how sure one can be of their direction; null as above
     */
    public @Nullable LayerReliability measure(
            ContrastSample sample, ContrastSample groups, boolean @Nullable [] singles, double variance) {
        Optional<double[]> found = estimator.coefficients(groups);
        ContrastSample alone = singles == null ? sample : sample.withWeights(only(sample, singles, true));
        if (found.isEmpty() || fewest(groups) < FEWEST || fewest(alone) < FEWEST) {
            return null;
        }
        double[] direction = found.get();
        if (groups.norm(direction) == 0) {
            return null;
        }
        Draws draws = new Draws(groups, SEED);
        Bands bands = bands(groups, direction, draws);
        Halves halves = halves(groups, draws);
        Optional<double[]> ofOthers = singles == null
                ? Optional.empty()
                : estimator.coefficients(sample.withWeights(only(sample, singles, false)));
        HeldOutScores scores = ofOthers.map(a -> HeldOutScores.of(alone, a)).orElse(halves.scores());
        HeldOutBands heldOut = halves.bands();
        if (ofOthers.isPresent()) {
            heldOut = new HeldOutBands(alone);
            heldOut.add(alone, ofOthers.get());
        }
        return new LayerReliability(
                resamples,
                bands.resampled,
                bands.cosine,
                halves.agreement(),
                scores.auc(),
                scores.cohensD(),
                explained(groups, variance, direction),
                stability(groups, direction, draws),
                control(alone),
                measures(groups, alone, heldOut));
    }

    private LayerReliability.Measures measures(ContrastSample groups, ContrastSample alone, HeldOutBands heldOut) {
        SeparationBands separation = SeparationBands.of(groups, alone, resamples, SEED + 3);
        List<Band> scores = heldOut.of(resamples, SEED + 4);
        return new LayerReliability.Measures(
                separation.norm(), separation.separability(), scores.get(0), scores.get(1));
    }

    private static long fewest(ContrastSample sample) {
        long harmful = 0;
        long harmless = 0;
        for (int i = 0; i < sample.size(); i++) {
            if (sample.weight(i) > 0) {
                harmful += sample.isHarmful(i) ? 1 : 0;
                harmless += sample.isHarmful(i) ? 0 : 1;
            }
        }
        return Math.min(harmful, harmless);
    }

    private static double[] only(ContrastSample sample, boolean[] singles, boolean wanted) {
        double[] weights = new double[singles.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = singles[i] == wanted ? sample.weight(i) : 0;
        }
        return weights;
    }

    /**
     * @param resampled quantiles of the plain cosine
     * @param cosine of the cosine that holds for the population
     */
    private record Bands(Band resampled, Band cosine) {}

    private Bands bands(ContrastSample sample, double[] direction, Draws draws) {
        double[] cosines = new double[resamples];
        double[] sines = new double[resamples];
        double length = sample.norm(direction);
        for (int b = 0; b < resamples; b++) {
            double[] weights = draws.resample();
            double[] found = estimator.coefficients(sample.withWeights(weights)).orElse(direction);
            cosines[b] = sample.cosine(found, direction);
            sines[b] = offAxis(sample, found, direction) / (length * length);
        }
        Band plain = Percentiles.ninety(cosines);
        if (!(estimator instanceof MeanDifference)) {
            return new Bands(plain, plain);
        }
        double mean = Arrays.stream(sines).average().orElse(0);
        double spread = Math.sqrt(
                Arrays.stream(sines).map(s -> (s - mean) * (s - mean)).average().orElse(0));
        double noise = Math.sqrt(NoiseSpread.variance(sample)) / (length * length);
        double ratio = spread > 0 ? Math.min(1, noise / spread) : 1;
        double[] corrected = Arrays.stream(sines)
                .map(s -> Math.sqrt(Math.max(0, 1 - Math.max(0, mean + ratio * (s - mean)))))
                .toArray();
        return new Bands(plain, Percentiles.ninety(corrected));
    }

    /**
     * The square of the part of a resample's noise that is at right angles to the direction, without the bootstrap's bias: deviations of n drawn
     * from n are smaller than those of the population by (n - 1) / n.
     */
    private static double offAxis(ContrastSample sample, double[] found, double[] direction) {
        long[] size = new long[2];
        for (int i = 0; i < found.length; i++) {
            size[sample.isHarmful(i) ? 1 : 0] += sample.weight(i) > 0 ? 1 : 0;
        }
        double[] noise = new double[found.length];
        for (int i = 0; i < noise.length; i++) {
            double n = size[sample.isHarmful(i) ? 1 : 0];
            noise[i] = (found[i] - direction[i]) * Math.sqrt(n / (n - 1));
        }
        double along = sample.dot(noise, direction) / sample.norm(direction);
        return Math.max(0, sample.dot(noise, noise) - along * along);
    }

    /**
     * @param agreement mean cosine of the halves' directions
     * @param scores how well each tells the other half apart
     * @param bands what says how much that depends on the prompts
     */
    private record Halves(double agreement, HeldOutScores scores, HeldOutBands bands) {}

    private Halves halves(ContrastSample sample, Draws draws) {
        double sum = 0;
        List<HeldOutScores> scores = new ArrayList<>();
        HeldOutBands bands = new HeldOutBands(sample);
        for (int h = 0; h < halvings; h++) {
            double[] one = draws.subset(0.5);
            double[] other = draws.rest(one);
            Optional<double[]> first = estimator.coefficients(sample.withWeights(one));
            Optional<double[]> second = estimator.coefficients(sample.withWeights(other));
            if (first.isPresent() && second.isPresent()) {
                sum += sample.cosine(first.get(), second.get());
            }
            first.ifPresent(a -> scores.add(HeldOutScores.of(sample.withWeights(other), a)));
            second.ifPresent(a -> scores.add(HeldOutScores.of(sample.withWeights(one), a)));
            first.ifPresent(a -> bands.add(sample.withWeights(other), a));
            second.ifPresent(a -> bands.add(sample.withWeights(one), a));
        }
        return new Halves(
                sum / halvings, scores.isEmpty() ? new HeldOutScores(0.5, 0) : HeldOutScores.mean(scores), bands);
    }

    /** Variance of the class means' projections, each weighing as its class, relative to the total variance. */
    private static double explained(ContrastSample groups, double total, double[] direction) {
        double plus = groups.weightOf(true);
        double minus = groups.weightOf(false);
        double share = plus * minus / ((plus + minus) * (plus + minus));
        double along = groups.dot(direction, groups.difference()) / groups.norm(direction);
        return total > 0 ? Math.min(1, share * along * along / total) : 0;
    }

    private List<Share> stability(ContrastSample sample, double[] direction, Draws draws) {
        List<Share> stability = new ArrayList<>();
        for (double share : SHARES) {
            double sum = 0;
            for (int h = 0; h < halvings; h++) {
                sum += estimator
                        .coefficients(sample.withWeights(draws.subset(share)))
                        .map(a -> sample.cosine(a, direction))
                        .orElse(0.0);
            }
            stability.add(new Share(share, sum / halvings));
        }
        return stability;
    }

    private Control control(ContrastSample sample) {
        Draws draws = new Draws(sample, SEED + 1);
        double observed = strength(sample);
        double[] exchanged = new double[permutations];
        int asMuch = 1;
        for (int p = 0; p < permutations; p++) {
            exchanged[p] = strength(sample.withLabels(draws.labels()));
            asMuch += exchanged[p] >= observed * (1 - 1e-12) ? 1 : 0;
        }
        return new Control(
                permutations,
                observed,
                Arrays.stream(exchanged).average().orElse(0),
                Percentiles.ninety(exchanged).high(),
                (double) asMuch / (permutations + 1));
    }

    /** The norm of a mean difference; of other directions how well those of two halves tell the other half apart. */
    private double strength(ContrastSample sample) {
        if (estimator instanceof MeanDifference) {
            return sample.norm(sample.difference());
        }
        // The same choice for all labellings, so that what differs are the labels.
        Draws draws = new Draws(sample, SEED + 2);
        double[] one = draws.subset(0.5);
        double[] other = draws.rest(one);
        double sum = 0;
        for (double[][] both : new double[][][] {{one, other}, {other, one}}) {
            sum += estimator
                    .coefficients(sample.withWeights(both[0]))
                    .map(a -> HeldOutScores.of(sample.withWeights(both[1]), a).cohensD())
                    .orElse(0.0);
        }
        return sum / 2;
    }
}
