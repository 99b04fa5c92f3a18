package dev.steering.viz.internal;

import java.util.function.Supplier;

/**
 * The canvas that is being drawn on. It is a matter of the thread that draws, so that every line and letter need not be handed it: whoever
 * draws sets it by {@link #during}, and it ends with the drawing. Immutable.
 *
 * @param width in units of which the smallest letters are {@link #SMALLEST} high
 * @param height in the same units
 * @param titled whether title, the line under it and the one at the bottom are drawn
 * @param dark whether the paper is dark
 */
public record Look(int width, int height, boolean titled, boolean dark) {
    /** Size of the smallest letters of any chart. */
    public static final int SMALLEST = 17;

    /** On a screen. */
    public static final Look SCREEN = new Look(1600, 900, true, false);

    private static final int NARROW = 1150;
    private static final ThreadLocal<Look> CURRENT = ThreadLocal.withInitial(() -> SCREEN);

    /** @return that of this thread's drawing; {@link #SCREEN} outside of any */
    public static Look current() {
        return CURRENT.get();
    }

    /** @return whether there is room for large titles and long names */
    public boolean isNarrow() {
        return width < NARROW;
    }

    /**
     * @param drawing what to do with this look
     * @return what it returns
     */
    public <T> T during(Supplier<T> drawing) {
        Look before = CURRENT.get();
        CURRENT.set(this);
        try {
            return drawing.get();
        } finally {
            CURRENT.set(before);
        }
    }
}
