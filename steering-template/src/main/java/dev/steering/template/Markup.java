package dev.steering.template;

import dev.steering.template.Values.None;
import dev.steering.template.Values.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * markupsafe's {@code Markup}: text that {@code safe} or {@code escape} has marked, which escapes what is added to it. Everything else
 * sees plain text, so that only {@link Evaluator} and variables know it.
 *
 * @param text the marked text
 */
record Markup(String text) {
    private static final Set<String> MARKING = Set.of("safe", "escape", "e", "forceescape");

    /** Filters and methods of strings that leave marked text marked. */
    private static final Set<String> KEEPING = Set.of(
            "trim", "upper", "lower", "capitalize", "string", "center", "indent", "truncate", "format", "default", "d");

    private static final Set<String> METHODS = Set.of(
            "upper",
            "lower",
            "strip",
            "lstrip",
            "rstrip",
            "title",
            "capitalize",
            "swapcase",
            "center",
            "ljust",
            "rjust",
            "zfill",
            "expandtabs");

    /** The text of marked text, anything else as it is. */
    static Object plain(Object value) {
        return value instanceof Markup markup ? markup.text() : value;
    }

    /** What a filter makes of a value that may be marked. */
    static Object filter(String name, Object value, Args args, Budget budget) {
        boolean marked = value instanceof Markup;
        if (marked && (name.equals("escape") || name.equals("e"))) {
            return value;
        }
        Args given = marked && name.equals("format") ? escaped(args, budget) : args;
        Object result = Filters.apply(name, plain(value), given, budget);
        boolean keeps = MARKING.contains(name) || (marked && KEEPING.contains(name));
        return keeps && result instanceof String text ? new Markup(text) : result;
    }

    /** Whether a method of a string returns marked text where the string is marked. */
    static boolean keeps(String method) {
        return METHODS.contains(method);
    }

    /** {@code a operator b}, one of which is marked. */
    static Object binary(String operator, Object a, Object b, Budget budget) {
        boolean texts = plain(a) instanceof String && plain(b) instanceof String;
        Object left = plain(a);
        Object right = plain(b);
        boolean marks;
        if (operator.equals("+") && texts) {
            left = escaped(a, budget);
            right = escaped(b, budget);
            marks = true;
        } else if (operator.equals("%") && a instanceof Markup) {
            right = b instanceof Markup ? right : escaped(b, budget);
            marks = true;
        } else {
            marks = operator.equals("*");
        }
        Object result = Operators.binary(operator, left, right, budget);
        return marks && result instanceof String text ? new Markup(text) : result;
    }

    private static Args escaped(Args args, Budget budget) {
        Map<String, Object> keywords = new LinkedHashMap<>();
        args.keywords().forEach((name, value) -> keywords.put(name, escaped(value, budget)));
        return new Args(
                args.positional().stream().map(value -> escaped(value, budget)).toList(), keywords);
    }

    /** Text is escaped; numbers are left to the format; what holds text is escaped in its parts. */
    private static Object escaped(Object value, Budget budget) {
        if (value instanceof Markup markup) {
            return markup.text();
        } else if (value instanceof String text) {
            return escape(text, budget);
        } else if (value instanceof Tuple tuple) {
            List<Object> items =
                    tuple.items().stream().map(item -> escaped(item, budget)).toList();
            return new Tuple(items);
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> entries = new LinkedHashMap<>();
            map.forEach((key, item) -> entries.put(key, escaped(item, budget)));
            return entries;
        }
        return value == None.NONE || Numbers.isNumber(value) || value instanceof Undefined
                ? value
                : escape(Repr.str(value, budget), budget);
    }

    static String escape(String text, Budget budget) {
        budget.allocate(text.length() * 5L);
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }
}
