package dev.steering.eval.sweep;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What to try: every layer set with every strength and threshold. Immutable.
 *
 * @param layerSets layer sets, all different, at least one
 * @param alphas strengths, ascending, all different, above 0, at least one
 * @param thresholds thresholds, ascending and all different; empty for every cut point of the development prompts' scores
 */
public record SweepGrid(List<LayerSet> layerSets, List<Double> alphas, List<Double> thresholds) {
    private static final List<Double> FACTORS = List.of(0.25, 0.5, 0.75, 1.0, 1.25, 1.5);
    private static final MathContext SIX_DIGITS = new MathContext(6);

    /**
     * Copies the lists and sorts the numbers.
     *
     * @throws SteeringException if there is nothing to try, something is there twice, or a number makes no sense
     */
    public SweepGrid {
        layerSets = List.copyOf(layerSets);
        requireDistinct("layer set", layerSets.stream().map(LayerSet::words).toList());
        alphas = sorted("strength", alphas);
        thresholds = sorted("threshold", thresholds);
        if (layerSets.isEmpty() || alphas.isEmpty()) {
            throw new BadRequest("There is nothing to try: a sweep needs at least one layer set and one strength,"
                    + " found " + layerSets.size() + " and " + alphas.size() + ".");
        }
        for (double alpha : alphas) {
            if (alpha <= 0) {
                throw new BadRequest("A strength must be above 0, found " + alpha
                        + ": every strength is tried in both directions, and 0 is the unsteered model.");
            }
        }
    }

    /**
     * @param anchoring a vector's layers, strength and threshold
     * @return its layers, strengths around its own, and every threshold
     */
    public static SweepGrid around(Anchoring anchoring) {
        Calibration calibration = anchoring.calibration();
        return new SweepGrid(
                List.of(LayerSet.of(anchoring.steeringLayers(), calibration.classifierLayers(), calibration)),
                strengthsAround(anchoring.alpha()),
                List.of());
    }

    /**
     * @param alpha a strength
     * @return 0.25, 0.5, 0.75, 1, 1.25 and 1.5 times it, to six digits
     */
    public static List<Double> strengthsAround(double alpha) {
        // Rounded: 0.75 * 3.1 is not to be 2.3249999999999997.
        return FACTORS.stream()
                .map(factor ->
                        BigDecimal.valueOf(factor * alpha).round(SIX_DIGITS).doubleValue())
                .toList();
    }

    private static List<Double> sorted(String what, List<Double> numbers) {
        for (double number : numbers) {
            Require.finite("A " + what, number);
        }
        requireDistinct(what, numbers);
        return numbers.stream().sorted().toList();
    }

    private static void requireDistinct(String what, List<?> values) {
        List<Object> left = new ArrayList<>(values);
        new LinkedHashSet<>(values).forEach(left::remove);
        if (!left.isEmpty()) {
            throw new BadRequest("The " + what + " '" + left.get(0) + "' is there twice.");
        }
    }

    /**
     * @param layers layers of the model
     * @throws SteeringException if one of the grid's does not exist
     */
    public void requireLayers(int layers) {
        layerSets.forEach(set -> set.requireBelow(layers));
    }

    /**
     * What has to be decoded at each set of steered layers: every strength in both directions. Thresholds cost nothing: they choose
     * between the two.
     *
     * @return the pushes of every different set of steered layers, in the order of the grid
     */
    public List<List<Push>> pushes() {
        return layerSets.stream()
                .map(LayerSet::steering)
                .distinct()
                .map(layers -> alphas.stream()
                        .flatMap(alpha -> Stream.of(new Push(layers, -alpha), new Push(layers, alpha)))
                        .toList())
                .toList();
    }

    /**
     * @param layers one of the layer sets
     * @param scores scores of all development prompts at its classifier's layers
     * @return the thresholds to try, ascending: those given; otherwise the midpoints between neighbouring scores and the one that
     *     is known
     */
    List<Double> thresholds(LayerSet layers, double[] scores) {
        if (!thresholds.isEmpty()) {
            return thresholds;
        }
        double[] sorted = DoubleStream.of(scores).sorted().distinct().toArray();
        List<Double> cuts = new ArrayList<>();
        for (int i = 1; i < sorted.length; i++) {
            double middle = sorted[i - 1] + (sorted[i] - sorted[i - 1]) / 2;
            cuts.add(middle > sorted[i - 1] ? middle : sorted[i]);
        }
        Double known = layers.threshold();
        if (known != null) {
            cuts.add(known);
        } else if (cuts.isEmpty()) {
            cuts.add(sorted[0]);
        }
        return cuts.stream().sorted().distinct().toList();
    }

    /** @return layer sets, strengths and thresholds, for people */
    public String words() {
        return layerSets.stream().map(LayerSet::words).collect(Collectors.joining("; ")) + "; strengths " + alphas
                + "; thresholds " + (thresholds.isEmpty() ? "at every cut point" : thresholds.toString())
                + layerSets.stream()
                        .map(LayerSet::threshold)
                        .filter(known -> known != null && thresholds.isEmpty())
                        .distinct()
                        .map(known -> " and " + known)
                        .collect(Collectors.joining());
    }
}
