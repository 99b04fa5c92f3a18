package dev.steering.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Python's numbers: integers of any size (here up to a limit), doubles, and booleans as 0 and 1. */
final class Numbers {
    private Numbers() {}

    /** Whether this is an int, which a bool also is. */
    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof BigInteger || value instanceof Boolean;
    }

    static boolean isNumber(Object value) {
        return isInteger(value) || value instanceof Double;
    }

    /** An integer in the one form we keep it in. */
    static Object normal(BigInteger value) {
        Budget.checked(value);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    static BigInteger big(Object integer) {
        if (integer instanceof BigInteger big) {
            return big;
        }
        return BigInteger.valueOf(integer instanceof Boolean b ? (b ? 1 : 0) : (Long) integer);
    }

    static double toDouble(Object number) {
        if (number instanceof Double d) {
            return d;
        }
        double value = big(number).doubleValue();
        if (Double.isInfinite(value)) {
            throw new EvalError("int too large to convert to float");
        }
        return value;
    }

    /** Both must be numbers. Exact, also between a large integer and a double. NaN is greater than all and itself. */
    static int compare(Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (isInteger(a) && isInteger(b)) {
            return big(a).compareTo(big(b));
        }
        double x = a instanceof Double d ? d : big(a).doubleValue();
        double y = b instanceof Double d ? d : big(b).doubleValue();
        if (Double.isFinite(x) && Double.isFinite(y)) {
            return exact(a).compareTo(exact(b));
        }
        return Double.compare(x, y);
    }

    private static BigDecimal exact(Object number) {
        return number instanceof Double d ? new BigDecimal(d) : new BigDecimal(big(number));
    }

    static boolean isNaN(Object value) {
        return value instanceof Double d && d.isNaN();
    }

    /** A number used as an index or count, cut off to the range of int. */
    static int index(Object value) {
        if (!isInteger(value)) {
            throw new EvalError("'" + Types.name(value) + "' object cannot be interpreted as an integer");
        }
        BigInteger big = big(value);
        if (big.bitLength() < Integer.SIZE) {
            return big.intValue();
        }
        return big.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }

    /** {@code int(value)} of a double: towards zero. */
    static Object truncate(double value) {
        if (Double.isNaN(value)) {
            throw new EvalError("cannot convert float NaN to integer");
        } else if (Double.isInfinite(value)) {
            throw new EvalError("cannot convert float infinity to integer");
        }
        return normal(new BigDecimal(value).toBigInteger());
    }

    /** {@code int / int}, correctly rounded. */
    static double divide(BigInteger a, BigInteger b) {
        if (a.bitLength() <= 53 && b.bitLength() <= 53) {
            return a.doubleValue() / b.doubleValue();
        }
        return new BigDecimal(a).divide(new BigDecimal(b), new MathContext(40)).doubleValue();
    }

    /** {@code int(text, base)}, or null if it is not such a number. */
    static @Nullable Object parseInteger(String text, int base) {
        String digits = strip(text);
        boolean negative = digits.startsWith("-");
        if (negative || digits.startsWith("+")) {
            digits = digits.substring(1);
        }
        String prefix =
                switch (base) {
                    case 2 -> "0b";
                    case 8 -> "0o";
                    case 16 -> "0x";
                    default -> "";
                };
        if (!prefix.isEmpty() && digits.regionMatches(true, 0, prefix, 0, 2)) {
            digits = digits.substring(2);
        }
        if (base < 2 || base > 36 || !isDigits(digits, base)) {
            return null;
        }
        String plain = digits.replace("_", "");
        Budget.integerBits(plain.length() * 3L);
        BigInteger value = new BigInteger(plain, base);
        return normal(negative ? value.negate() : value);
    }

    private static boolean isDigits(String text, int base) {
        boolean afterDigit = false;
        for (int i = 0; i < text.length(); i++) {
            boolean digit = Character.digit(text.charAt(i), base) >= 0;
            if (!digit && !(afterDigit && text.charAt(i) == '_')) {
                return false;
            }
            afterDigit = digit;
        }
        return afterDigit;
    }

    /** {@code float(text)}, or null if it is not such a number. */
    static @Nullable Double parseDouble(String text) {
        String number = strip(text).toLowerCase(Locale.ROOT);
        String unsigned = number.startsWith("-") || number.startsWith("+") ? number.substring(1) : number;
        double sign = number.startsWith("-") ? -1 : 1;
        if (unsigned.equals("inf") || unsigned.equals("infinity")) {
            return sign * Double.POSITIVE_INFINITY;
        } else if (unsigned.equals("nan")) {
            return Double.NaN;
        }
        boolean ok = unsigned.matches("([0-9](_?[0-9])*+)?+(\\.([0-9](_?[0-9])*+)?+)?+(e[+-]?[0-9](_?[0-9])*+)?+")
                && !unsigned.isEmpty()
                && (Character.isDigit(unsigned.charAt(0))
                        || (unsigned.length() > 1 && Character.isDigit(unsigned.charAt(1))));
        return ok ? (Double) (sign * Double.parseDouble(unsigned.replace("_", ""))) : null;
    }

    private static String strip(String text) {
        int end = text.length();
        while (end > 0 && Whitespace.isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(Math.min(Whitespace.skip(text, 0), end), end);
    }
}
