package dev.steering.model.pass;

import java.util.function.IntPredicate;

/**
 * How much of each direction one row gets at each position. Must be a pure function: it is asked again when positions are
 * computed again.
 */
@FunctionalInterface
public interface Schedule {
    /** Nothing anywhere. */
    Schedule OFF = (position, direction) -> 0f;

    /**
     * @param position 0-based position in the row, prompt and answer counted through
     * @param direction index of the direction
     * @return its coefficient; 0 leaves the position untouched
     */
    float strength(int position, int direction);

    /**
     * For schedules that depend on where a text's thinking ends, which is known when it is written.
     *
     * @param thinking whether what comes after the token at a position is thinking; what it says of a position that has been computed
     *     never changes
     * @return the same schedule for a row of which that is known; itself if it does not depend on it
     */
    default Schedule following(IntPredicate thinking) {
        return this;
    }

    /**
     * @param strength coefficient of every direction
     * @return the same everywhere
     */
    static Schedule everywhere(float strength) {
        return (position, direction) -> strength;
    }

    /**
     * @param first first position that is steered
     * @param strength coefficient of every direction from there on
     * @return nothing before, the strength from there on
     */
    static Schedule from(int first, float strength) {
        return (position, direction) -> position >= first ? strength : 0f;
    }
}
