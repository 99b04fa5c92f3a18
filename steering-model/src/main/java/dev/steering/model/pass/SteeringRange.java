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
     * @param directions directions that are added
     * @param strengths for each of them, the largest absolute coefficient of any position; NaN if one is NaN
     * @throws NumericOverflow if a direction times its coefficient is longer than {@link #LONGEST} at some point, or at all points
     *     together: the residual stream keeps what was added to it
     */
    public static void require(DirectionSet directions, float[] strengths) {
        requireEach(directions, strengths);
        for (int k = 0; k < strengths.length; k++) {
            requireTogether(strengths[k] * directions.totalLength(k));
        }
    }

    /**
     * @param directions directions, added or projected out
     * @param strengths for each of them, the largest absolute coefficient of any position; NaN if one is NaN
     * @throws NumericOverflow if a direction times its coefficient is longer than {@link #LONGEST} at some point
     */
    public static void requireEach(DirectionSet directions, float[] strengths) {
        for (int k = 0; k < strengths.length; k++) {
            require(directions, k, strengths[k]);
        }
    }

    /**
     * @param row what is done to one row, with one schedule; null for nothing
     * @param position a position of that row
     * @throws NumericOverflow if something that is projected out there is longer than {@link #LONGEST} at some point, or what is added
     *     is in all
     */
    public static void require(@Nullable PassSteering row, int position) {
        if (row == null) {
            return;
        }
        float[] added = strengths(row.added(), row.schedules(), position);
        requireEach(row.added(), added);
        double all = 0;
        for (int k = 0; k < added.length; k++) {
            all += added[k] * row.added().totalLength(k);
        }
        requireTogether(all);
        PassSteering.Gating gating = row.gating();
        if (gating != null) {
            DirectionSet written = gating.gates().written();
            requireEach(written, strengths(written, gating.schedules(), position));
        }
        PassSteering.Projecting projection = row.projection();
        if (projection != null) {
            requireEach(projection.directions(), strengths(projection.directions(), projection.schedules(), position));
        }
    }

    private static float[] strengths(DirectionSet directions, List<Schedule> schedules, int position) {
        Schedule schedule = schedules.isEmpty() ? Schedule.OFF : schedules.get(0);
        float[] strengths = new float[directions.count()];
        for (int k = 0; k < strengths.length; k++) {
            strengths[k] = Math.abs(schedule.strength(position, k));
        }
        return strengths;
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

    /** What is added after one layer is still there after the next. */
    private static void requireTogether(double length) {
        if (!(length <= LONGEST)) {
            throw new NumericOverflow(String.format(
                    Locale.ROOT,
                    "Steering moves the residual stream by up to %.3g in all, which is beyond the model's arithmetic: single"
                            + " precision cannot square a length of more than %.2g. Use a smaller strength, or fewer layers.",
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
