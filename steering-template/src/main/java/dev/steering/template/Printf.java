package dev.steering.template;

import dev.steering.template.Values.Tuple;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code "..." % values}. */
final class Printf {
    private static final Pattern DIRECTIVE = Pattern.compile(
            "%(?:\\(([^)]*+)\\))?([-+ #0]*+)([0-9]{1,9}|\\*)?(?:\\.([0-9]{1,9}|\\*)?)?[hlL]?(.)", Pattern.DOTALL);

    private final Object values;
    private final List<Object> positional;
    private final boolean escapes;
    private final Budget budget;
    private int next;

    private Printf(Object values, boolean escapes, Budget budget) {
        this.escapes = escapes;
        this.values = values;
        this.positional = values instanceof Tuple tuple ? tuple.items() : List.of(values);
        this.budget = budget;
    }

    /** @param escapes whether the format is marked as safe, so that text is escaped on its way in */
    static String format(String format, Object values, boolean escapes, Budget budget) {
        Printf printf = new Printf(values, escapes, budget);
        Matcher directive = DIRECTIVE.matcher(format);
        StringBuilder out = new StringBuilder();
        int position = 0;
        int percent = format.indexOf('%');
        while (percent >= 0) {
            if (!directive.find(percent) || directive.start() != percent) {
                throw new EvalError("incomplete format");
            }
            String value = printf.one(directive);
            budget.allocate((long) value.length() + percent - position);
            out.append(format, position, percent).append(value);
            position = directive.end();
            percent = format.indexOf('%', position);
        }
        printf.checkAllUsed();
        budget.allocate(format.length());
        return out.append(format, position, format.length()).toString();
    }

    private void checkAllUsed() {
        boolean ignorable = values instanceof Map || values instanceof List || values instanceof Undefined;
        if (next < positional.size() && !ignorable) {
            throw new EvalError("not all arguments converted during string formatting");
        }
    }

    private String one(Matcher directive) {
        char type = directive.group(5).charAt(0);
        if (type == '%') {
            return "%";
        }
        String flags = String.valueOf(directive.group(2));
        int width = size(directive.group(3), 0);
        boolean hasPrecision = directive.start(4) >= 0;
        int precision = hasPrecision ? size(directive.group(4), 0) : -1;
        Object value = directive.group(1) == null ? nextValue() : named(String.valueOf(directive.group(1)));
        boolean numeric = "diuxXofFeEgG".indexOf(type) >= 0;
        boolean left = flags.contains("-") || width < 0;
        boolean zero = flags.contains("0") && numeric && !left;
        char sign = flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : '-';
        FormatSpec spec = new FormatSpec(
                zero ? "0" : " ",
                left ? '<' : zero ? '=' : '>',
                numeric ? sign : '-',
                flags.contains("#"),
                Math.abs(width),
                false,
                precision,
                specType(type));
        return spec.apply(converted(value, type), budget);
    }

    private static char specType(char type) {
        return switch (type) {
            case 's', 'r', 'a', 'c' -> 's';
            case 'd', 'i', 'u' -> 'd';
            case 'x', 'X', 'o', 'f', 'F', 'e', 'E', 'g', 'G' -> type;
            default -> throw new EvalError("unsupported format character '" + type + "'");
        };
    }

    private Object converted(Object value, char type) {
        switch (type) {
            case 's', 'c' -> {
                return escapes ? Markup.escape(value, budget) : Repr.str(value, budget);
            }
            case 'r', 'a' -> {
                String shown = Repr.of(value, budget);
                return escapes ? Markup.escapeText(shown, budget) : shown;
            }
            default -> {}
        }
        if (!Numbers.isNumber(value)) {
            boolean real = "fFeEgG".indexOf(type) >= 0;
            throw new EvalError(
                    real
                            ? "must be real number, not " + Types.name(value)
                            : "%" + type + " format: a real number is required, not " + Types.name(value));
        }
        boolean integer = "diuxXo".indexOf(type) >= 0;
        if (integer && value instanceof Double d) {
            return Numbers.truncate(d);
        }
        return value instanceof Boolean ? Numbers.normal(Numbers.big(value)) : value;
    }

    private int size(@Nullable String digits, int fallback) {
        if (digits == null || digits.isEmpty()) {
            return fallback;
        }
        return digits.equals("*") ? Numbers.index(nextValue()) : Integer.parseInt(digits);
    }

    private Object nextValue() {
        if (next >= positional.size()) {
            throw new EvalError("not enough arguments for format string");
        }
        return positional.get(next++);
    }

    private Object named(String key) {
        if (!(values instanceof Map)) {
            throw new EvalError("format requires a mapping");
        }
        next = positional.size();
        Object value = Dicts.get(Types.dict(values), key, budget);
        if (value == null) {
            throw new EvalError(Repr.quote(key));
        }
        return value;
    }
}
