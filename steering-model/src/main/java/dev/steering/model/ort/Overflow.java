package dev.steering.model.ort;

import dev.steering.core.NumericOverflow;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.SteeringRange;
import java.nio.FloatBuffer;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Says when steering takes a model out of the range of its numbers.
 *
 * <p>A norm squares its input and adds up. From a length of {@code sqrt(3.4e38) = 1.8e19} on the sum is infinite in single precision, the
 * normalised state zero, and so are all logits: nothing is NaN, and the first token of the vocabulary is chosen for ever. So two
 * things are looked at: before a pass, how long what is added is (see {@link SteeringRange}); after it, whether logits are all the same or no numbers. The
 * latter reads two logits where nothing is wrong.
 */
final class Overflow {
    private Overflow() {}

    /**
     * After a steered pass.
     *
     * @param logits logits of several positions
     * @param start where those of one position begin
     * @param count how many they are
     * @throws NumericOverflow if they are all the same, or the first is no finite number: an overflow before the vocabulary head makes all
     *     of them so
     */
    static void requireChoice(FloatBuffer logits, int start, int count, int row, PassSteering steering) {
        float first = logits.get(start);
        boolean same = count > 1;
        for (int token = 1; token < count && same; token++) {
            same = logits.get(start + token) == first;
        }
        if (same || !Float.isFinite(first)) {
            throw new NumericOverflow("The logits of row " + row + " are all " + first
                    + ": numbers inside the model overflowed under steering at " + places(steering)
                    + ". Use a smaller strength, or a model of wider precision.");
        }
    }

    /**
     * After a steered pass.
     *
     * @param captured the residual stream at one point
     * @throws NumericOverflow if it holds something that is not a finite number
     */
    static void requireFinite(float[] captured, int row, int point, PassSteering steering) {
        for (float value : captured) {
            if (!Float.isFinite(value)) {
                throw new NumericOverflow(
                        "The activations of row " + row + " at " + SteeringRange.place(point) + " are not finite ("
                                + value + "): they overflowed under steering at " + places(steering)
                                + ". Use a smaller strength, or a model of wider precision.");
            }
        }
    }

    private static String places(PassSteering steering) {
        TreeSet<Integer> points = new TreeSet<>();
        addPoints(steering.added(), points);
        if (steering.projection() != null) {
            addPoints(steering.projection().directions(), points);
        }
        return points.isEmpty()
                ? "no layer"
                : points.stream().map(SteeringRange::place).collect(Collectors.joining(", "));
    }

    private static void addPoints(DirectionSet directions, Set<Integer> points) {
        for (int point = 0; point < directions.points(); point++) {
            for (int k = 0; k < directions.count(); k++) {
                if (directions.length(point, k) != 0) {
                    points.add(point);
                }
            }
        }
    }
}
