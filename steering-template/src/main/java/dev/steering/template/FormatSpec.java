package dev.steering.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one value is laid out: {@code [[fill]align][sign][#][0][width][,][.precision][type]}.
 *
 * @param align {@code <}, {@code >}, {@code ^}, {@code =} or a space for the type's own
 * @param sign {@code +}, {@code -} or a space
 * @param precision -1 if absent
 * @param type {@code s d f e g x X o b c %} or a space if absent
 */
record FormatSpec(
        String fill, char align, char sign, boolean alternate, int width, boolean commas, int precision, char type) {
    private static final Pattern SYNTAX = Pattern.compile(
            "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?([0-9]{1,9})?(,)?(?:\\.([0-9]{1,9}))?([a-zA-Z%])?", Pattern.DOTALL);

    /** Python writes doubles with more digits exactly; nobody means that. */
    private static final int MAX_PRECISION = 400;

    static FormatSpec parse(String spec) {
        Matcher m = SYNTAX.matcher(spec);
        if (!m.matches()) {
            throw new EvalError("Invalid format specifier");
        }
        boolean zero = m.group(5) != null;
        String fill = m.group(1) != null ? m.group(1) : zero ? "0" : " ";
        return new FormatSpec(
                fill,
                first(m.group(2), zero ? '=' : ' '),
                first(m.group(3), '-'),
                m.group(4) != null,
                m.group(6) == null ? 0 : Integer.parseInt(m.group(6)),
                m.group(7) != null,
                m.group(8) == null ? -1 : Integer.parseInt(m.group(8)),
                first(m.group(9), ' '));
    }

    private static char first(@Nullable String group, char fallback) {
        return group == null || group.isEmpty() ? fallback : group.charAt(0);
    }

    String apply(Object value, Budget budget) {
        if (value instanceof Double d && "defgFEG% ".indexOf(type) >= 0 && type != 'd') {
            return pad(decimal(d), '>', budget);
        } else if (Numbers.isInteger(value) && (type != ' ' || !(value instanceof Boolean))) {
            boolean floating = "feg%FEG".indexOf(type) >= 0;
            return pad(floating ? decimal(Numbers.toDouble(value)) : integer(Numbers.big(value)), '>', budget);
        } else if (type == 's' || type == ' ') {
            String text = Repr.str(value, budget);
            if (precision >= 0 && precision < CodePoints.length(text)) {
                text = text.substring(0, CodePoints.offset(text, precision));
            }
            return pad(text, '<', budget);
        }
        throw unknownType(value);
    }

    private EvalError unknownType(Object value) {
        return new EvalError("Unknown format code '" + type + "' for object of type '" + Types.name(value) + "'");
    }

    private String integer(BigInteger value) {
        String digits =
                switch (type) {
                    case 'x' -> value.abs().toString(16);
                    case 'X' -> value.abs().toString(16).toUpperCase(Locale.ROOT);
                    case 'o' -> value.abs().toString(8);
                    case 'b' -> value.abs().toString(2);
                    case 'd', ' ', 'n' -> value.abs().toString();
                    default -> throw unknownType(1L);
                };
        String prefix = alternate && "xXob".indexOf(type) >= 0 ? "0" + type : "";
        return signed(value.signum() < 0, prefix + (commas ? group(digits) : digits));
    }

    private String decimal(double value) {
        if (!Double.isFinite(value)) {
            String name = Double.isNaN(value) ? "nan" : "inf";
            return signed(value < 0, type == '%' ? name + "%" : name);
        }
        if (precision > MAX_PRECISION) {
            throw new EvalError("precision too big");
        }
        boolean negative = value < 0 || 1 / value < 0;
        BigDecimal exact = new BigDecimal(Math.abs(value));
        int digits = precision < 0 ? 6 : precision;
        String text =
                switch (type) {
                    case 'f', 'F' ->
                        exact.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
                    case '%' ->
                        exact.movePointRight(2)
                                        .setScale(digits, RoundingMode.HALF_EVEN)
                                        .toPlainString() + "%";
                    case 'e', 'E' -> scientific(exact, digits);
                    case 'g', 'G' -> general(exact, Math.max(1, digits), false);
                    default ->
                        precision < 0 ? Doubles.repr(Math.abs(value)) : general(exact, Math.max(1, precision), true);
                };
        String cased = Character.isUpperCase(type) ? text.toUpperCase(Locale.ROOT) : text;
        return signed(negative, commas ? group(cased) : cased);
    }

    private static String scientific(BigDecimal exact, int digits) {
        BigDecimal rounded = exact.signum() == 0
                ? BigDecimal.ZERO.setScale(digits)
                : exact.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
        int exponent = exact.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        BigDecimal padded = exact.signum() == 0 ? rounded : rounded.setScale(digits - exponent);
        if (exact.signum() == 0) {
            return padded.toPlainString() + "e+00";
        }
        return Doubles.scientific(padded, exponent);
    }

    private String general(BigDecimal exact, int digits, boolean keepPoint) {
        if (exact.signum() == 0) {
            return keepPoint ? "0.0" : "0";
        }
        BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        BigDecimal shown = alternate ? rounded : rounded.stripTrailingZeros();
        if (exponent < -4 || exponent >= digits) {
            return Doubles.scientific(shown, exponent);
        }
        String plain = shown.toPlainString();
        return keepPoint && plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }

    private static String group(String digits) {
        int end = digits.indexOf('.') < 0 ? digits.length() : digits.indexOf('.');
        StringBuilder out = new StringBuilder(digits);
        for (int i = end - 3; i > 0; i -= 3) {
            out.insert(i, ',');
        }
        return out.toString();
    }

    private String signed(boolean negative, String digits) {
        return negative ? "-" + digits : sign == '-' ? digits : sign + digits;
    }

    private String pad(String text, char natural, Budget budget) {
        int missing = width - CodePoints.length(text);
        if (missing <= 0) {
            return text;
        }
        budget.allocate((long) missing * 2 + text.length());
        char how = align == ' ' || (align == '=' && natural == '<') ? natural : align;
        int left =
                switch (how) {
                    case '<' -> 0;
                    case '^' -> missing / 2;
                    default -> missing;
                };
        boolean inside = how == '=' && !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0;
        String head = inside ? text.substring(0, 1) : "";
        return head + fill.repeat(left) + text.substring(head.length()) + fill.repeat(missing - left);
    }
}
