package dev.steering.extract.estimate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link DirectionEstimator} promises, for every estimator. */
class DirectionEstimatorTest {
    static Stream<DirectionEstimator> all() {
        return Stream.of(
                new MeanDifference(),
                new CentredPca(),
                new PairedPca(),
                new LogisticProbe(),
                new WhitenedMeanDifference());
    }

    private static double[] direction(DirectionEstimator estimator, ContrastSample sample, double[][] rows) {
        return GoldenActivations.direction(rows, estimator.coefficients(sample).orElseThrow());
    }

    private static double[] direction(DirectionEstimator estimator, double[][] rows) {
        return direction(estimator, GoldenActivations.sample(rows), rows);
    }

    @ParameterizedTest
    @MethodSource("all")
    void agreesWithScikitLearn(DirectionEstimator estimator) {
        double[] expected = GoldenActivations.numbers(
                GoldenActivations.values().get("expected").get(estimator.label()));
        // LIBLINEAR stops at its own accuracy.
        double tolerance = estimator instanceof LogisticProbe ? 1e-6 : 1e-8;
        assertArrayEquals(expected, direction(estimator, GoldenActivations.rows()), tolerance);
    }

    @Test
    void shrinkageIsThatOfLedoitAndWolf() {
        Deviations z = Deviations.of(GoldenActivations.sample());
        assertEquals(
                GoldenActivations.values().get("shrinkage").doubleValue(),
                WhitenedMeanDifference.shrinkage(z, 12),
                1e-10);
    }

    @ParameterizedTest
    @MethodSource("all")
    void movingAllActivationsChangesNothing(DirectionEstimator estimator) {
        double[][] rows = GoldenActivations.rows();
        double[] before = direction(estimator, rows);
        for (double[] row : rows) {
            for (int k = 0; k < row.length; k++) {
                row[k] += 100 * (k + 1);
            }
        }
        assertArrayEquals(before, direction(estimator, rows), 1e-6);
        assertEquals(
                0,
                Coefficients.total(
                        estimator.coefficients(GoldenActivations.sample()).orElseThrow()),
                1e-9);
    }

    @ParameterizedTest
    @MethodSource("all")
    void unitsDoNotMatter(DirectionEstimator estimator) {
        double[][] rows = GoldenActivations.rows();
        double[] before = direction(estimator, rows);
        double[][] larger =
                Arrays.stream(rows).map(row -> Coefficients.times(row, 1000)).toArray(double[][]::new);
        double[] after = direction(estimator, larger);
        double factor = estimator instanceof MeanDifference ? 1000 : 1;
        assertArrayEquals(before, Coefficients.times(after, 1 / factor), 1e-6);
    }

    /** A rotation turns the direction, whatever the estimator: none prefers a component. */
    @ParameterizedTest
    @MethodSource("all")
    void turnsWithTheActivations(DirectionEstimator estimator) {
        double[][] rows = GoldenActivations.rows();
        double[] expected = reflected(direction(estimator, rows));
        double[][] turned =
                Arrays.stream(rows).map(DirectionEstimatorTest::reflected).toArray(double[][]::new);
        assertArrayEquals(expected, direction(estimator, turned), 1e-6);
    }

    /** Householder's reflection. */
    private static double[] reflected(double[] row) {
        double[] normal = IntStream.range(0, row.length).mapToDouble(i -> i + 1).toArray();
        double along = 2 * Coefficients.dot(row, normal) / Coefficients.dot(normal, normal);
        return Coefficients.sum(row, normal, -along);
    }

    @ParameterizedTest
    @MethodSource("all")
    void exchangedClassesTurnItRound(DirectionEstimator estimator) {
        double[][] rows = GoldenActivations.rows();
        ContrastSample sample = GoldenActivations.sample();
        boolean[] exchanged = new boolean[rows.length];
        Arrays.fill(exchanged, rows.length / 2, rows.length, true);
        double[] before = direction(estimator, sample, rows);
        double[] after = direction(estimator, sample.withLabels(exchanged), rows);
        assertArrayEquals(before, Coefficients.times(after, -1), 1e-6);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aWeightIsSoManyActivations(DirectionEstimator estimator) {
        double[][] rows = GoldenActivations.rows();
        int n = rows.length / 2;
        double[] weights = new double[2 * n];
        Arrays.fill(weights, 1);
        // The first pair is there three times, the second not at all.
        weights[0] = 3;
        weights[n] = 3;
        weights[1] = 0;
        weights[n + 1] = 0;
        int[] repeated =
                IntStream.concat(IntStream.of(0, 0, 0), IntStream.range(2, n)).toArray();
        double[][] many = IntStream.concat(
                        Arrays.stream(repeated), Arrays.stream(repeated).map(i -> i + n))
                .mapToObj(i -> rows[i])
                .toArray(double[][]::new);
        double[] weighted = direction(estimator, GoldenActivations.sample().withWeights(weights), rows);
        assertArrayEquals(direction(estimator, many), weighted, 1e-6);
    }

    @ParameterizedTest
    @MethodSource("all")
    void orderDoesNotMatter(DirectionEstimator estimator) {
        double[][] rows = GoldenActivations.rows();
        int n = rows.length / 2;
        double[][] turned = IntStream.range(0, 2 * n)
                .mapToObj(i -> rows[i < n ? n - 1 - i : 3 * n - 1 - i])
                .toArray(double[][]::new);
        assertArrayEquals(direction(estimator, rows), direction(estimator, turned), 1e-6);
    }

    @ParameterizedTest
    @MethodSource("all")
    void findsAPlantedDirectionAmongFewerPromptsThanDimensions(DirectionEstimator estimator) {
        int hidden = 256;
        int n = 60;
        Random random = new Random(5);
        double[] planted = random.doubles(hidden, -1, 1).toArray();
        planted = Coefficients.times(planted, 1 / Coefficients.norm(planted));
        double[][] rows = new double[2 * n][hidden];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < hidden; k++) {
                rows[i][k] = 7 + (i < n ? 8 : -8) * planted[k] + 0.5 * random.nextGaussian();
            }
        }
        double[] found = direction(estimator, rows);
        double cosine = Coefficients.dot(found, planted) / Coefficients.norm(found);
        assertTrue(cosine > 0.99, estimator.label() + " " + cosine);
        double norm = estimator instanceof MeanDifference ? 16 : 1;
        assertEquals(norm, Coefficients.norm(found), 0.01 * norm);
    }

    /** Where one component varies a hundred times as much as the others, dividing by the spread finds what the mean difference misses. */
    @Test
    void whiteningLeavesLoudComponentsAlone() {
        int hidden = 20;
        int n = 200;
        Random random = new Random(6);
        double[][] rows = new double[2 * n][hidden];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < hidden; k++) {
                rows[i][k] = (k == 0 ? 30 : 0.3) * random.nextGaussian();
            }
            rows[i][1] += i < n ? 1 : -1;
        }
        assertTrue(Math.abs(direction(new WhitenedMeanDifference(), rows)[1]) > 0.98);
        double[] mean = direction(new MeanDifference(), rows);
        assertTrue(Math.abs(mean[1]) / Coefficients.norm(mean) < 0.9);
    }

    @ParameterizedTest
    @MethodSource("all")
    void constantClassesHaveTheirDifference(DirectionEstimator estimator) {
        double[][] rows = {{3, 4}, {3, 4}, {0, 0}, {0, 0}};
        double[] found = direction(estimator, rows);
        assertEquals(4.0 / 3, found[1] / found[0], 1e-6);
        assertTrue(found[0] > 0);
    }

    @Test
    void groupsOfActivationsAreTheirMeans() {
        double[][] rows = GoldenActivations.rows();
        int n = rows.length;
        int[] groups = IntStream.range(0, n).map(i -> i / 2).toArray();
        ContrastSample grouped = GoldenActivations.sample().grouped(groups, n / 2);
        double[] a = grouped.difference();
        assertEquals(2, grouped.weight(3));
        assertEquals(GoldenActivations.sample().norm(GoldenActivations.sample().difference()), grouped.norm(a), 1e-9);
    }
}
