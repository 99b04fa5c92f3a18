package dev.steering.extract.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.extract.estimate.CentredPca;
import dev.steering.extract.estimate.ContrastSample;
import dev.steering.extract.estimate.DirectionEstimator;
import dev.steering.extract.estimate.GoldenActivations;
import dev.steering.extract.estimate.LogisticProbe;
import dev.steering.extract.estimate.MeanDifference;
import dev.steering.extract.estimate.PairedPca;
import dev.steering.extract.estimate.WhitenedMeanDifference;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReliabilityMeterTest {
    private static final int SIMULATIONS = 200;

    static Stream<DirectionEstimator> others() {
        return Stream.of(new CentredPca(), new PairedPca(), new LogisticProbe(), new WhitenedMeanDifference());
    }

    private static LayerReliability measured(DirectionEstimator estimator, ContrastSample sample) {
        return Objects.requireNonNull(ReliabilityMeter.of(estimator).measure(sample));
    }

    private static ContrastSample sample(double[][] rows, int harmful) {
        boolean[] labels = new boolean[rows.length];
        Arrays.fill(labels, 0, harmful, true);
        double[] weights = new double[rows.length];
        Arrays.fill(weights, 1);
        return ContrastSample.of(rows, labels, weights);
    }

    /** Normal or exponential noise whose variance falls from component to component, or not. */
    private static double[][] noise(Random random, int n, int hidden, boolean falling, boolean skewed) {
        double[][] rows = new double[n][hidden];
        for (double[] row : rows) {
            for (int k = 0; k < hidden; k++) {
                double value = skewed ? -Math.log(1 - random.nextDouble()) - 1 : random.nextGaussian();
                row[k] = value * (falling ? Math.sqrt(20.0 / (k + 1)) : 1);
            }
        }
        return rows;
    }

    /** The same as with NumPy, up to what its and our random choices differ by. */
    @Test
    void agreesWithNumpy() {
        JsonNode expected = GoldenActivations.values();
        LayerReliability found = Objects.requireNonNull(ReliabilityMeter.of(new MeanDifference())
                .withDraws(20_000, 20_000)
                .measure(unpaired(GoldenActivations.sample())));
        assertEquals(
                expected.at("/resampled/0").doubleValue(), found.resampled().low(), 0.004);
        assertEquals(
                expected.at("/resampled/1").doubleValue(), found.resampled().high(), 0.002);
        assertEquals(expected.at("/cosine/0").doubleValue(), found.cosine().low(), 0.004);
        assertEquals(expected.at("/cosine/1").doubleValue(), found.cosine().high(), 0.002);
        assertEquals(expected.at("/explained_variance").doubleValue(), found.explainedVariance(), 1e-9);
        assertEquals(
                expected.at("/control/observed").doubleValue(), found.control().observed(), 1e-9);
        assertEquals(expected.at("/control/mean").doubleValue(), found.control().mean(), 0.04);
        assertEquals(expected.at("/control/high").doubleValue(), found.control().high(), 0.08);
        assertEquals(
                expected.at("/control/chance").doubleValue(), found.control().chance(), 0.0012);
        // Of ten halvings.
        assertEquals(expected.at("/split_half").doubleValue(), found.splitHalf(), 0.1);
        assertEquals(expected.at("/auc").doubleValue(), found.auc(), 0.06);
        assertEquals(expected.at("/cohens_d").doubleValue(), found.cohensD(), 0.25);
    }

    private static ContrastSample unpaired(ContrastSample sample) {
        int[] alone = IntStream.range(0, sample.size()).toArray();
        return sample.grouped(alone, sample.size());
    }

    @Test
    void theSpreadOfNoiseIsThatOfNumpy() {
        assertEquals(
                GoldenActivations.values().get("noise_variance").doubleValue(),
                NoiseSpread.variance(GoldenActivations.sample()),
                1e-7);
    }

    /** Nominally 90 %: the true cosine of an estimate with the direction that was planted lies in its interval. */
    @ParameterizedTest
    @CsvSource({
        "32, 40, 48, 3, false, false",
        "48, 48, 48, 1.5, false, false",
        "40, 24, 64, 5, true, false",
        "48, 48, 32, 3, false, true",
        "32, 32, 128, 4, false, false"
    })
    void intervalsCoverThePlantedDirection(
            int harmful, int harmless, int hidden, double effect, boolean falling, boolean skewed) {
        Random random = new Random(17);
        ReliabilityMeter meter = ReliabilityMeter.of(new MeanDifference()).withDraws(200, 1);
        int covered = 0;
        for (int s = 0; s < SIMULATIONS; s++) {
            double[] planted = noise(random, 1, hidden, false, false)[0];
            double norm = Math.sqrt(Arrays.stream(planted).map(x -> x * x).sum());
            double[][] rows = noise(random, harmful + harmless, hidden, falling, skewed);
            double[] difference = new double[hidden];
            for (int i = 0; i < rows.length; i++) {
                for (int k = 0; k < hidden; k++) {
                    rows[i][k] += i < harmful ? effect * planted[k] / norm : 0;
                    difference[k] += i < harmful ? rows[i][k] / harmful : -rows[i][k] / harmless;
                }
            }
            double dot = IntStream.range(0, hidden)
                    .mapToDouble(k -> planted[k] * difference[k])
                    .sum();
            double length = Math.sqrt(Arrays.stream(difference).map(x -> x * x).sum());
            double cosine = dot / (norm * length);
            LayerReliability.Band band =
                    Objects.requireNonNull(meter.measure(sample(rows, harmful))).cosine();
            covered += band.low() <= cosine && cosine <= band.high() ? 1 : 0;
        }
        double share = (double) covered / SIMULATIONS;
        assertTrue(share >= 0.85 && share <= 0.95, "covered " + share);
    }

    @Test
    void labelsThatMeanNothingAreSeldomToldFromChance() {
        Random random = new Random(23);
        int told = 0;
        int layers = 3;
        for (int s = 0; s < SIMULATIONS; s++) {
            for (int l = 0; l < layers; l++) {
                double[][] rows = noise(random, 40, 16 << l, l > 0, l == 2);
                LayerReliability found = Objects.requireNonNull(ReliabilityMeter.of(new MeanDifference())
                        .withDraws(1, 199)
                        .measure(sample(rows, 18)));
                told += found.toldFromChance() ? 1 : 0;
            }
        }
        double share = (double) told / (SIMULATIONS * layers);
        assertTrue(share > 0.02 && share <= 0.1, "told from chance " + share);
    }

    @ParameterizedTest
    @MethodSource("others")
    void labelsThatMeanNothingAreSeldomToldFromChanceByAnyEstimator(DirectionEstimator estimator) {
        Random random = new Random(29);
        int told = 0;
        for (int s = 0; s < SIMULATIONS; s++) {
            ContrastSample sample = sample(noise(random, 24, 12, true, false), 12)
                    .withPartners(IntStream.range(0, 24).map(i -> (i + 12) % 24).toArray());
            LayerReliability found = Objects.requireNonNull(ReliabilityMeter.of(estimator)
                    .withDraws(1, 59)
                    .measure(estimator.isPaired() ? sample : unpaired(sample)));
            told += found.toldFromChance() ? 1 : 0;
        }
        double share = (double) told / SIMULATIONS;
        assertTrue(share > 0.005 && share <= 0.1, estimator.label() + " told from chance " + share);
    }

    @ParameterizedTest
    @MethodSource("others")
    void aPlantedDirectionIsToldFromChanceByEveryEstimator(DirectionEstimator estimator) {
        Random random = new Random(31);
        double[][] rows = noise(random, 60, 20, false, false);
        for (int i = 0; i < 30; i++) {
            rows[i][3] += 5;
        }
        ContrastSample sample = sample(rows, 30);
        if (estimator.isPaired()) {
            sample = sample.withPartners(
                    IntStream.range(0, 60).map(i -> (i + 30) % 60).toArray());
        }
        LayerReliability found = measured(estimator, sample);
        assertTrue(found.toldFromChance(), found.toString());
        assertTrue(found.auc() > 0.95 && found.splitHalf() > 0.8 && found.cohensD() > 2, found.toString());
        assertTrue(found.resampled().low() > 0.7, found.toString());
        assertEquals(found, measured(estimator, sample));
    }

    @Test
    void morePromptsFindMoreOfIt() {
        Random random = new Random(37);
        double[][] rows = noise(random, 80, 40, false, false);
        for (int i = 0; i < 40; i++) {
            rows[i][0] += 3;
        }
        LayerReliability found = measured(new MeanDifference(), sample(rows, 40));
        assertEquals(3, found.stability().size());
        for (int i = 1; i < 3; i++) {
            assertTrue(found.stability().get(i).cosine()
                    > found.stability().get(i - 1).cosine());
        }
        assertTrue(found.splitHalf() < found.stability().get(1).cosine(), "halves have nothing in common");
        assertTrue(found.explainedVariance() > 0.02 && found.explainedVariance() < 0.2);
    }

    @Test
    void tooFewPromptsSayNothing() {
        double[][] rows = noise(new Random(1), 9, 5, false, false);
        assertNull(ReliabilityMeter.of(new MeanDifference()).measure(sample(rows, 3)));
        assertTrue(ReliabilityMeter.of(new MeanDifference()).measure(sample(rows, 4)) != null);
    }

    @Test
    void classesWithoutSpreadAreTold() {
        double[][] rows = new double[10][2];
        for (int i = 0; i < 5; i++) {
            rows[i][0] = 3;
        }
        LayerReliability found = measured(new MeanDifference(), sample(rows, 5));
        assertEquals(new LayerReliability.Band(1, 1), found.cosine());
        assertEquals(1, found.auc());
        assertEquals(0, found.cohensD());
        assertTrue(found.toldFromChance());
    }
}
