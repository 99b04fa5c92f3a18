package dev.steering.model.pass;

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
