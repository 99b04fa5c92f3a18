package dev.steering.viz.internal;

import java.util.Locale;
import org.jfree.chart.axis.NumberTickUnit;

/** Ticks at whole multiples of a step, written the same way in every country and never as {@code -0}. */
public final class Ticks extends NumberTickUnit {
    private static final int[] LAYER_STEPS = {1, 2, 5, 10, 20, 50, 100};
    private final int decimals;

    public Ticks(double step, int decimals) {
        super(step);
        this.decimals = decimals;
    }

    /**
     * @param layers number of layers
     * @param most how many numbers fit
     * @return ticks at whole layers
     */
    public static Ticks ofLayers(int layers, int most) {
        int step = LAYER_STEPS[0];
        for (int i = 1; i < LAYER_STEPS.length && (layers - 1) / step + 1 > most; i++) {
            step = LAYER_STEPS[i];
        }
        return new Ticks(step, 0);
    }

    /**
     * @param span difference of the axis's ends, above 0
     * @param wanted about so many of them, at least 1
     * @return ticks at 1, 2 or 5 times a power of ten
     */
    public static Ticks ofSpan(double span, int wanted) {
        double apart = span / wanted;
        int exponent = (int) Math.floor(Math.log10(apart));
        double power = Math.pow(10, exponent);
        double digit = apart / power;
        double step = digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10;
        return new Ticks(step * power, Math.max(0, step == 10 ? -exponent - 1 : -exponent));
    }

    @Override
    public String valueToString(double value) {
        // Adding 0.0 turns -0.0 into 0.0.
        double whole = Math.rint(value / getSize()) * getSize() + 0.0;
        return String.format(Locale.ROOT, "%." + decimals + "f", whole);
    }

    @Override
    public boolean equals(Object o) {
        return super.equals(o) && o instanceof Ticks t && decimals == t.decimals;
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + decimals;
    }
}
