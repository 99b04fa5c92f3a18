package dev.steering.extract.estimate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/** Activations with what NumPy and scikit-learn make of them: {@code estimators.json}, whose {@code made_by} says how. */
public final class GoldenActivations {
    private static final JsonNode ROOT = read();

    private GoldenActivations() {}

    private static JsonNode read() {
        try (InputStream in = GoldenActivations.class.getResourceAsStream("estimators.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode values() {
        return ROOT;
    }

    static double[] numbers(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToDouble(i -> array.get(i).doubleValue())
                .toArray();
    }

    /** The harmful ones first; the i-th of both classes are a pair. */
    static double[][] rows() {
        return IntStream.range(0, 2 * ROOT.get("harmful").size())
                .mapToObj(i -> {
                    int n = ROOT.get("harmful").size();
                    return numbers(
                            i < n
                                    ? ROOT.get("harmful").get(i)
                                    : ROOT.get("harmless").get(i - n));
                })
                .toArray(double[][]::new);
    }

    public static ContrastSample sample() {
        return sample(rows());
    }

    static ContrastSample sample(double[][] rows) {
        int n = rows.length / 2;
        boolean[] harmful = new boolean[2 * n];
        Arrays.fill(harmful, 0, n, true);
        double[] weights = new double[2 * n];
        Arrays.fill(weights, 1);
        int[] partners = IntStream.range(0, 2 * n).map(i -> (i + n) % (2 * n)).toArray();
        return ContrastSample.of(rows, harmful, weights).withPartners(partners);
    }

    static double[] direction(double[][] rows, double[] coefficients) {
        double[] direction = new double[rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < direction.length; k++) {
                direction[k] += coefficients[i] * rows[i][k];
            }
        }
        return direction;
    }
}
