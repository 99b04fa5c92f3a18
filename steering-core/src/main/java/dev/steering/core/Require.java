package dev.steering.core;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * Ranges of numbers, in one wording: {@code the share must be from 0 to 1, found 3}. NaN is in no range. Stateless and
 * thread-safe.
 */
public final class Require {
    private Require() {}

    /**
     * @param what the number, such as {@code the batch size}
     * @param value the number
     * @param least the smallest that is allowed
     * @return the number
     * @throws BadRequest if it is smaller
     */
    public static int atLeast(String what, int value, int least) {
        if (value < least) {
            throw outside(what, "at least " + least, Integer.toString(value));
        }
        return value;
    }

    /**
     * @param what the number
     * @param value the number
     * @param low the smallest that is allowed
     * @param high the largest that is allowed
     * @return the number
     * @throws BadRequest if it is not between them
     */
    public static int between(String what, int value, int low, int high) {
        if (value < low || value > high) {
            throw outside(what, "from " + low + " to " + high, Integer.toString(value));
        }
        return value;
    }

    /**
     * @param what the number
     * @param value the number
     * @param low the smallest that is allowed
     * @param high the largest that is allowed
     * @return the number
     * @throws BadRequest if it is not between them
     */
    public static double between(String what, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw outside(what, "from " + words(low) + " to " + words(high), words(value));
        }
        return value;
    }

    /**
     * @param what the number
     * @param value the number
     * @return the number
     * @throws BadRequest if it is not greater than 0 and finite
     */
    public static double positive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw outside(what, "positive and finite", words(value));
        }
        return value;
    }

    /**
     * @param what the number
     * @param value the number
     * @return the number
     * @throws BadRequest if it is infinite or NaN
     */
    public static double finite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw outside(what, "a finite number", words(value));
        }
        return value;
    }

    /**
     * @param value a number
     * @return it as people write it: {@code 3} and not {@code 3.0}, {@code infinite} and {@code not a number} in words
     */
    public static String words(double value) {
        if (Double.isNaN(value)) {
            return "not a number";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "infinite" : "minus infinite";
        }
        double size = Math.abs(value);
        if (value == 0) {
            return "0";
        }
        return size < 1e-4 || size >= 1e9
                ? String.valueOf(value).toLowerCase(Locale.ROOT).replace(".0e", "e")
                : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static BadRequest outside(String what, String expected, String found) {
        return new BadRequest(what + " must be " + expected + ", found " + found + ".");
    }
}
