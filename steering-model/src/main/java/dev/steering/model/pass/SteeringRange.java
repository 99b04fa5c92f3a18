package dev.steering.model.pass;

import dev.steering.core.NumericOverflow;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long what is added may be: a norm squares its input, and single precision ends at 3.4e38.
 *
 * <p>A plan's strengths are known before any pass, a row's coefficients before the pass that it is in: what is beyond the range is
 * refused there, before it takes the other rows of a batch with it.
 */
public final class SteeringRange {
    /** The longest vector whose squared length is a number in single precision. */
    public static final double LONGEST = Math.sqrt(Float.MAX_VALUE);

    private SteeringRange() {}

    /**
     * @param directions directions
     * @param strengths for each of them, the largest absolute coefficient of any position; NaN if one is NaN
     * @throws NumericOverflow if a direction times its coefficient is longer than {@link #LONGEST} at some point
     */
    public static void require(DirectionSet directions, float[] strengths) {
        for (int k = 0; k < strengths.length; k++) {
            require(directions, k, strengths[k]);
        }
    }

    /**
     * @param row what is done to one row, with one schedule; null for nothing
     * @param position a position of that row
     * @throws NumericOverflow if something that is added or projected out there is longer than {@link #LONGEST} at some point
     */
    public static void require(@Nullable PassSteering row, int position) {
        if (row == null) {
            return;
        }
        require(row.added(), row.schedules(), position);
        PassSteering.Projecting projection = row.projection();
        if (projection != null) {
            require(projection.directions(), projection.schedules(), position);
        }
    }

    private static void require(DirectionSet directions, List<Schedule> schedules, int position) {
        Schedule schedule = schedules.isEmpty() ? Schedule.OFF : schedules.get(0);
        for (int k = 0; k < directions.count(); k++) {
            require(directions, k, Math.abs(schedule.strength(position, k)));
        }
    }

    private static void require(DirectionSet directions, int k, float strength) {
        int point = directions.longestAt(k);
        double length = directions.length(point, k);
        if (!(strength * length <= LONGEST)) {
            throw new NumericOverflow(String.format(
                    Locale.ROOT,
                    "Steering at %s with strength %s and a direction of length %.3g is beyond the model's arithmetic:"
                            + " single precision cannot square a length of more than %.2g. Use a smaller strength.",
                    place(point),
                    strength,
                    length,
                    LONGEST));
        }
    }

    /**
     * @param point residual-stream point
     * @return where that is, for people
     */
    public static String place(int point) {
        return point == 0 ? "the embedding" : "layer " + (point - 1);
    }
}
