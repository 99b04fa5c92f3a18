package dev.steering.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Doubles as Python writes them. */
final class Doubles {
    private static final int MAX_SIGNIFICANT_DIGITS = 17;
    private static final int FIRST_EXPONENT_FORM = 16;
    private static final int LAST_SMALL_EXPONENT = -4;

    private Doubles() {}

    /** The shortest digits that read back as the same double; {@link Double#toString} is not always shortest before 19. */
    static String repr(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        } else if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        } else if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= MAX_SIGNIFICANT_DIGITS; digits++) {
            shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == value) {
                break;
            }
        }
        return write(shortest.stripTrailingZeros());
    }

    private static String write(BigDecimal value) {
        int exponent = value.precision() - value.scale() - 1;
        if (exponent >= LAST_SMALL_EXPONENT && exponent < FIRST_EXPONENT_FORM) {
            String plain = value.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        return scientific(value, exponent);
    }

    /** {@code d.ddde+XX} with at least two digits of exponent. */
    static String scientific(BigDecimal value, int exponent) {
        String digits = value.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return (value.signum() < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + size;
    }

    /** {@code round(value, digits)}: to the nearest decimal, exact halves to even. */
    static double round(double value, int digits) {
        if (!Double.isFinite(value) || digits > 400) {
            return value;
        }
        if (digits < -400) {
            return value < 0 ? -0.0 : 0.0;
        }
        double rounded =
                new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).doubleValue();
        return rounded == 0 && value < 0 ? -0.0 : rounded;
    }
}
