package dev.steering.template;

import dev.steering.template.Values.Callable;
import dev.steering.template.Values.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * markupsafe's {@code Markup}: text that {@code safe} or {@code escape} has marked, which escapes what is added to it.
 *
 * <p>Python's is a kind of {@code str}; here it is a string of which the {@link Budget} of the rendering remembers that it is marked, by its
 * identity. What passes a string on (a list, a macro's argument, a loop) therefore passes the mark on, what makes a new string leaves it
 * behind, and what is here gives it to the new one: as in Python, where a method of {@code str} returns a plain {@code str} unless Markup
 * overrides it. So that marking one value marks no other, every marked string is a copy of its own.
 */
final class Markup {
    private static final Set<String> MARKING = Set.of("safe", "escape", "e", "forceescape");

    /** Filters that make text of the methods of {@code Markup}, so that marked text stays marked. */
    private static final Set<String> KEEPING =
            Set.of("trim", "upper", "lower", "capitalize", "center", "indent", "truncate", "format", "reverse", "last");

    private Markup() {}

    static boolean is(@Nullable Object value, Budget budget) {
        return value instanceof String text && budget.isMarked(text);
    }

    static String mark(String text, Budget budget) {
        return budget.marked(new String(text));
    }

    /** What a filter makes of a value that may be marked. */
    static Object filter(String name, Filters.Filter filter, Object value, Args args, Budget budget) {
        boolean marked = is(value, budget);
        if (marked && (name.equals("escape") || name.equals("e"))) {
            return value;
        }
        Object result = filter.apply(value, args, budget);
        boolean keeps = MARKING.contains(name) || (marked && KEEPING.contains(name));
        return keeps && result instanceof String text ? mark(text, budget) : result;
    }

    /** A method of marked text: its results are marked, and what it adds to the text is escaped. */
    static @Nullable Callable method(String self, String name, Budget budget) {
        Callable plain = StringMethods.find(self, name, budget);
        if (plain == null) {
            return null;
        }
        return args -> marked(
                switch (name) {
                    case "format" -> StrFormat.format(self, args, true, budget);
                    case "join" -> {
                        List<Object> items =
                                Types.elements(args.bind(name, "iterable").required(0), budget);
                        budget.elements(items.size());
                        yield StringMethods.join(self, escaped(items, budget), false, budget);
                    }
                    case "replace" -> {
                        Args.Bound bound = args.bind(name, "old", "new", "count");
                        String replacement = escape(bound.required(1), budget);
                        yield StringMethods.replace(self, bound.string(0), replacement, bound.integer(2, -1), budget);
                    }
                    case "center", "ljust", "rjust" -> {
                        Args.Bound bound = args.bind(name, "width", "fillchar");
                        yield plain.call(
                                bound.has(1) ? Args.of(bound.required(0), escape(bound.required(1), budget)) : args);
                    }
                    default -> plain.call(args);
                },
                budget);
    }

    private static List<Object> escaped(List<Object> items, Budget budget) {
        List<Object> texts = new ArrayList<>(items.size());
        items.forEach(item -> texts.add(escape(item, budget)));
        return texts;
    }

    /** A result and, of a list or tuple, its parts. */
    private static Object marked(Object result, Budget budget) {
        if (result instanceof String text) {
            return mark(text, budget);
        } else if (result instanceof Tuple tuple) {
            return new Tuple(markedParts(tuple.items(), budget));
        }
        return result instanceof List<?> ? markedParts(Types.elements(result, budget), budget) : result;
    }

    private static List<Object> markedParts(List<Object> parts, Budget budget) {
        List<Object> all = new ArrayList<>(parts.size());
        parts.forEach(part -> all.add(marked(part, budget)));
        return all;
    }

    /** {@code a operator b}, where one of them may be marked. */
    static Object binary(String operator, Object a, Object b, Budget budget) {
        boolean marked = is(a, budget) || is(b, budget);
        Object result;
        if (marked && operator.equals("+") && a instanceof String && b instanceof String) {
            result = Operators.unmarked(operator, escape(a, budget), escape(b, budget), budget);
        } else if (operator.equals("%") && a instanceof String format && is(a, budget)) {
            result = Printf.format(format, b, true, budget);
        } else {
            result = Operators.unmarked(operator, a, b, budget);
            marked &= operator.equals("*");
        }
        return marked && result instanceof String text ? mark(text, budget) : result;
    }

    /** markupsafe's {@code escape}: marked text as it is, anything else as it is printed, escaped. */
    static String escape(Object value, Budget budget) {
        String text = Repr.str(value, budget);
        return is(value, budget) ? text : escapeText(text, budget);
    }

    static String escapeText(String text, Budget budget) {
        budget.allocate(text.length() * 5L);
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    /** The {@code repr} of a string, which names the class of marked text. */
    static String quote(String text, Budget budget) {
        String quoted = Repr.quote(text);
        return budget.isMarked(text) ? "Markup(" + quoted + ")" : quoted;
    }

    static Map<String, Filters.Filter> filters() {
        Filters.Filter escape = (value, args, budget) -> {
            args.bind("escape");
            return escapeText(Repr.str(value, budget), budget);
        };
        return Map.of(
                "safe",
                (value, args, budget) -> {
                    args.bind("safe");
                    return Repr.str(value, budget);
                },
                "escape",
                escape,
                "e",
                escape,
                "forceescape",
                escape);
    }
}
