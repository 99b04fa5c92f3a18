package dev.steering.template;

import dev.steering.template.Values.DictView;
import dev.steering.template.Values.Generator;
import dev.steering.template.Values.Namespace;
import dev.steering.template.Values.None;
import dev.steering.template.Values.Range;
import dev.steering.template.Values.Tuple;
import java.util.List;
import java.util.Map;

/** Python's {@code str()} and {@code repr()}. */
final class Repr {
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    private Repr(Budget budget) {
        this.budget = budget;
    }

    /** {@code str(value)}: what printing shows. */
    static String str(Object value, Budget budget) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof Undefined ? "" : of(value, budget);
    }

    /** {@code repr(value)}: strings in quotes. */
    static String of(Object value, Budget budget) {
        Repr repr = new Repr(budget);
        repr.append(value, 0);
        return repr.out.toString();
    }

    private void append(Object value, int depth) {
        budget.step();
        Budget.nesting(depth);
        if (value instanceof String text) {
            budget.allocate(2L * text.length());
            add(Markup.quote(text, budget));
        } else if (value instanceof Boolean b) {
            add(b ? "True" : "False");
        } else if (value instanceof Double d) {
            add(Doubles.repr(d));
        } else if (value == None.NONE) {
            add("None");
        } else if (value instanceof Range range) {
            add(range.describe());
        } else if (value instanceof List<?>) {
            sequence("[", Types.elements(value, budget), "]", depth);
        } else if (value instanceof Tuple tuple) {
            sequence("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")", depth);
        } else if (value instanceof DictView view) {
            sequence(view.type() + "([", view.items(), "])", depth);
        } else if (value instanceof Map<?, ?>) {
            dict(Types.dict(value), depth);
        } else if (value instanceof Namespace namespace) {
            add("<Namespace ");
            dict(namespace.attributes(), depth);
            add(">");
        } else {
            other(value);
        }
    }

    private void other(Object value) {
        if (value instanceof Generator || value instanceof Values.Function) {
            // Python shows a memory address here, so no template can mean it
            add("<" + Types.name(value) + " object>");
        } else if (value instanceof Undefined) {
            add("Undefined");
        } else {
            add(value.toString());
        }
    }

    private void sequence(String open, List<Object> items, String close, int depth) {
        add(open);
        String separator = "";
        for (Object item : items) {
            add(separator);
            append(item, depth + 1);
            separator = ", ";
        }
        add(close);
    }

    private void dict(Map<Object, Object> dict, int depth) {
        add("{");
        String separator = "";
        for (Map.Entry<Object, Object> entry : dict.entrySet()) {
            add(separator);
            append(entry.getKey(), depth + 1);
            add(": ");
            append(entry.getValue(), depth + 1);
            separator = ", ";
        }
        add("}");
    }

    private void add(String text) {
        budget.allocate(text.length());
        out.append(text);
    }

    /** A string's {@code repr}. */
    static String quote(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder out = new StringBuilder(text.length() + 2).append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        out.appendCodePoint(c);
                    } else {
                        escape(out, c);
                    }
                }
            }
        });
        return out.append(quote).toString();
    }

    private static boolean isPrintable(int c) {
        if (c == ' ') {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    private static void escape(StringBuilder out, int c) {
        String hex = Integer.toHexString(c);
        int digits = c <= 0xff ? 2 : c <= 0xffff ? 4 : 8;
        out.append(digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U")
                .append("0".repeat(digits - hex.length()))
                .append(hex);
    }
}
