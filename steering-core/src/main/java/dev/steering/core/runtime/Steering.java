package dev.steering.core.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a forward pass does to the residual stream. Immutable.
 *
 * <p>At every point: {@code x + sum_k c_k v_k}, and with a projection also {@code - sum_r d_r max(x . u_r, floor_r) u_r}.
 *
 * @param added directions to add
 * @param schedules the coefficients c, one schedule per row or one for all rows
 * @param projection what is projected out; null for nothing
 */
public record Steering(DirectionSet added, List<Schedule> schedules, @Nullable Projecting projection) {
    /** Copies the list. */
    public Steering {
        schedules = List.copyOf(schedules);
    }

    /**
     * @param added directions
     * @param schedules one per row or one for all
     * @return adds them
     */
    public static Steering adding(DirectionSet added, List<Schedule> schedules) {
        return new Steering(added, schedules, null);
    }

    /**
     * @param projected unit directions
     * @param twoSided whether components of either sign are removed, or only positive ones
     * @param schedules share of the component that is removed, one schedule per row or one for all
     * @return removes the components along them
     */
    public static Steering projectingOut(DirectionSet projected, boolean twoSided, List<Schedule> schedules) {
        return new Steering(
                DirectionSet.zero(projected.points(), projected.hidden()),
                List.of(Schedule.OFF),
                new Projecting(projected, twoSided, schedules));
    }

    /**
     * Removal of components.
     *
     * @param directions unit directions
     * @param twoSided whether components of either sign are removed, or only positive ones
     * @param schedules share that is removed, one schedule per row or one for all
     */
    public record Projecting(DirectionSet directions, boolean twoSided, List<Schedule> schedules) {
        /** Copies the list. */
        public Projecting {
            schedules = List.copyOf(schedules);
        }
    }
}
