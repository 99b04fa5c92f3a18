package dev.steering.extract.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.reliability.LayerReliability.Band;
import dev.steering.extract.estimate.ContrastSample;
import dev.steering.extract.estimate.LogisticProbe;
import dev.steering.extract.estimate.MeanDifference;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Intervals of distances and scores, of planted classes: normal with variance 1, apart by a known distance. */
class MeasuresTest {
    private static final int SIMULATIONS = 120;
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private static double[][] rows(Random random, int harmful, int harmless, int hidden, double effect) {
        double[][] rows = new double[harmful + harmless][hidden];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < hidden; k++) {
                rows[i][k] = random.nextGaussian() + (k == 0 && i < harmful ? effect : 0);
            }
        }
        return rows;
    }

    private static ContrastSample sample(double[][] rows, int harmful) {
        boolean[] labels = new boolean[rows.length];
        Arrays.fill(labels, 0, harmful, true);
        double[] weights = new double[rows.length];
        Arrays.fill(weights, 1);
        return ContrastSample.of(rows, labels, weights);
    }

    private static LayerReliability.Measures measures(ContrastSample sample) {
        LayerReliability measured = Objects.requireNonNull(
                ReliabilityMeter.of(new MeanDifference()).withDraws(200, 1).measure(sample));
        return Objects.requireNonNull(measured.measures());
    }

    private static int inside(Band band, double value) {
        return band.low() <= value && value <= band.high() ? 1 : 0;
    }

    /** The area under the curve of directions that half of such a sample gives, which other prompts are scored by. */
    private static double area(Random random, int harmful, int harmless, int hidden, double effect) {
        double sum = 0;
        int draws = 4000;
        for (int draw = 0; draw < draws; draw++) {
            double first = effect;
            double squares = 0;
            double noise = Math.sqrt(2.0 / harmful + 2.0 / harmless);
            for (int k = 0; k < hidden; k++) {
                double component = noise * random.nextGaussian() + (k == 0 ? effect : 0);
                first = k == 0 ? component : first;
                squares += component * component;
            }
            sum += NORMAL.cumulativeProbability(effect * first / Math.sqrt(squares) / Math.sqrt(2));
        }
        return sum / draws;
    }

    /** Nominally 90 %: the distance that was planted, and the same in units of the spread, which is the root of the number of components. */
    @ParameterizedTest
    @CsvSource({"32, 40, 48, 3", "60, 60, 8, 1.5", "40, 24, 64, 5"})
    void intervalsCoverThePlantedDistance(int harmful, int harmless, int hidden, double effect) {
        Random random = new Random(23);
        int norms = 0;
        int separabilities = 0;
        for (int s = 0; s < SIMULATIONS; s++) {
            LayerReliability.Measures found =
                    measures(sample(rows(random, harmful, harmless, hidden, effect), harmful));
            norms += inside(found.norm(), effect);
            separabilities += inside(found.separability(), effect / Math.sqrt(hidden));
        }
        assertNominal(norms, "norm");
        assertNominal(separabilities, "separability");
    }

    @ParameterizedTest
    @CsvSource({"60, 60, 1, 1", "60, 80, 4, 1.5"})
    void intervalsCoverThePlantedScores(int harmful, int harmless, int hidden, double effect) {
        Random random = new Random(29);
        double area = area(random, harmful, harmless, hidden, effect);
        int areas = 0;
        int distances = 0;
        for (int s = 0; s < SIMULATIONS; s++) {
            LayerReliability.Measures found =
                    measures(sample(rows(random, harmful, harmless, hidden, effect), harmful));
            areas += inside(found.auc(), area);
            distances += inside(found.cohensD(), Math.sqrt(2) * NORMAL.inverseCumulativeProbability(area));
        }
        assertNominal(areas, "area under the curve");
        assertNominal(distances, "Cohen's d");
    }

    private static void assertNominal(int covered, String what) {
        double share = (double) covered / SIMULATIONS;
        assertTrue(share > 0.8 && share < 0.98, what + " is covered in " + share);
    }

    /** Without a difference there is no distance, however long the sample's is, and no score beyond chance. */
    @Test
    void ofTheSameClassTwiceThereIsNoDistance() {
        LayerReliability.Measures found = measures(sample(rows(new Random(31), 40, 40, 64, 0), 40));
        assertTrue(found.norm().low() < 0.7, found.toString());
        assertTrue(found.auc().low() < 0.5 && found.auc().high() > 0.4, found.toString());
    }

    /** As many draws of whole numbers as by hand: of classes that do not overlap every draw has an area of 1. */
    @Test
    void classesApartHaveAnAreaOfOne() {
        double[][] rows = new double[20][2];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[] {i < 10 ? 10 + i : -10 - i, i % 3};
        }
        LayerReliability.Measures found = measures(sample(rows, 10));
        assertEquals(new Band(1, 1), found.auc());
        assertTrue(
                found.cohensD().low() > 2
                        && found.cohensD().high() > found.cohensD().low(),
                found.toString());
    }

    /** Other estimators' directions are scored by the same rules; classes are as far apart as they are. */
    @Test
    void distancesAreThoseOfTheClassesForEveryEstimator() {
        ContrastSample sample = sample(rows(new Random(37), 24, 24, 6, 3), 24);
        LayerReliability probe = Objects.requireNonNull(
                ReliabilityMeter.of(new LogisticProbe()).withDraws(200, 1).measure(sample));
        assertEquals(
                measures(sample).norm(),
                Objects.requireNonNull(probe.measures()).norm());
        assertTrue(probe.measures().auc().low() <= probe.auc()
                && probe.auc() <= probe.measures().auc().high());
    }
}
