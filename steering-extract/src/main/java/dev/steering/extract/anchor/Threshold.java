package dev.steering.extract.anchor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Where to draw the line between two classes of scores.
 *
 * @param value scores at or above it are called harmful
 * @param harmfulFound share of the harmful at or above it, 0..1
 * @param harmlessPassed share of the harmless below it, 0..1
 */
public record Threshold(double value, double harmfulFound, double harmlessPassed) {
    private static final double EQUAL = 1e-9;

    /**
     * The threshold that maximises {@code 2 * harmfulFound + harmlessPassed}: a harmful prompt that slips through costs twice
     * as much as a harmless one that is stopped. Candidates are the midpoints between neighbouring scores; of equally good ones
     * the middle one (the upper of two) is taken. If all scores are the same, that score is the threshold.
     *
     * @param harmful scores of the harmful anchors, at least one, finite
     * @param harmless scores of the harmless anchors, at least one, finite
     * @return the threshold
     * @throws IllegalArgumentException if either is empty
     */
    public static Threshold calibrate(double[] harmful, double[] harmless) {
        if (harmful.length == 0 || harmless.length == 0) {
            throw new IllegalArgumentException(harmful.length + " harmful and " + harmless.length + " harmless scores");
        }
        double[] scores = DoubleStream.concat(Arrays.stream(harmful), Arrays.stream(harmless))
                .sorted()
                .distinct()
                .toArray();
        if (scores.length == 1) {
            return at(scores[0], harmful, harmless);
        }
        List<Threshold> best = new ArrayList<>();
        for (int i = 1; i < scores.length; i++) {
            double middle = scores[i - 1] + (scores[i] - scores[i - 1]) / 2;
            Threshold candidate = at(middle > scores[i - 1] ? middle : scores[i], harmful, harmless);
            double gain = best.isEmpty() ? 1 : candidate.worth() - best.get(0).worth();
            if (gain > EQUAL) {
                best.clear();
            }
            if (gain > -EQUAL) {
                best.add(candidate);
            }
        }
        return best.get(best.size() / 2);
    }

    private static Threshold at(double value, double[] harmful, double[] harmless) {
        double found = Arrays.stream(harmful).filter(s -> s >= value).count() / (double) harmful.length;
        double passed = Arrays.stream(harmless).filter(s -> s < value).count() / (double) harmless.length;
        return new Threshold(value, found, passed);
    }

    private double worth() {
        return 2 * harmfulFound + harmlessPassed;
    }
}
