package dev.steering.template;

import dev.steering.template.Values.None;
import dev.steering.template.Values.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The {@code tojson} filter of Hugging Face: Python's {@code json.dumps}, with {@code ensure_ascii} off unless asked for. */
final class Json {
    private final boolean ascii;
    private final @Nullable String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sortKeys;
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    private Json(Args.Bound options, Budget budget) {
        this.budget = budget;
        ascii = options.truth(0, false);
        indent = indent(options, budget);
        if (options.hasValue(2)) {
            List<Object> separators = Types.elements(options.required(2), budget);
            if (separators.size() != 2) {
                throw new EvalError("tojson: expected two separators, found " + separators.size());
            }
            itemSeparator = Repr.str(separators.get(0), budget);
            keySeparator = Repr.str(separators.get(1), budget);
        } else {
            itemSeparator = indent == null ? ", " : ",";
            keySeparator = ": ";
        }
        sortKeys = options.truth(3, false);
    }

    private static @Nullable String indent(Args.Bound options, Budget budget) {
        if (!options.hasValue(1)) {
            return null;
        }
        if (options.required(1) instanceof String text) {
            return text;
        }
        int width = Math.max(0, options.integer(1, 0));
        budget.allocate(width);
        return " ".repeat(width);
    }

    static String write(Object value, Args args, Budget budget) {
        Json json = new Json(args.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys"), budget);
        json.append(value, 0);
        return json.out.toString();
    }

    private void append(Object value, int depth) {
        budget.step();
        Budget.nesting(depth);
        if (value instanceof String text) {
            quote(text);
        } else if (value instanceof Tuple || Types.name(value).equals("list")) {
            list(Types.elements(value, budget), depth);
        } else if (value instanceof Map<?, ?>) {
            dict(Types.dict(value), depth);
        } else {
            String scalar = scalar(value);
            if (scalar == null) {
                throw new EvalError("Object of type " + Types.name(value) + " is not JSON serializable");
            }
            add(scalar);
        }
    }

    private @Nullable String scalar(Object value) {
        if (value instanceof Boolean b) {
            return b ? "true" : "false";
        } else if (value == None.NONE) {
            return "null";
        } else if (value instanceof Double d) {
            return Double.isNaN(d)
                    ? "NaN"
                    : Double.isInfinite(d) ? (d > 0 ? "Infinity" : "-Infinity") : Doubles.repr(d);
        }
        return Numbers.isInteger(value) ? value.toString() : null;
    }

    private void list(List<Object> items, int depth) {
        if (items.isEmpty()) {
            add("[]");
            return;
        }
        add("[");
        for (int i = 0; i < items.size(); i++) {
            add(i == 0 ? "" : itemSeparator);
            newline(depth + 1);
            append(items.get(i), depth + 1);
        }
        newline(depth);
        add("]");
    }

    private void dict(Map<Object, Object> dict, int depth) {
        if (dict.isEmpty()) {
            add("{}");
            return;
        }
        List<Object> keys = new ArrayList<>(dict.keySet());
        if (sortKeys) {
            keys = Sorting.sorted(keys, key -> key, false, budget);
        }
        add("{");
        String separator = "";
        for (Object key : keys) {
            add(separator);
            newline(depth + 1);
            quote(key(key));
            add(keySeparator);
            append(Objects.requireNonNull(dict.get(key)), depth + 1);
            separator = itemSeparator;
        }
        newline(depth);
        add("}");
    }

    private String key(Object key) {
        String text = key instanceof String s ? s : scalar(key);
        if (text == null) {
            throw new EvalError("keys must be str, int, float, bool or None, not " + Types.name(key));
        }
        return text;
    }

    private void newline(int depth) {
        if (indent != null) {
            budget.allocate((long) indent.length() * depth);
            add("\n");
            out.append(indent.repeat(depth));
        }
    }

    private void quote(String text) {
        budget.allocate(text.length() + 2L);
        int start = out.length();
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || (ascii && c > '~')) {
                        String hex = Integer.toHexString(c);
                        out.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
        // what the escapes added; an escape takes at most six characters
        budget.allocate(out.length() - (long) start - text.length());
    }

    private void add(String text) {
        budget.allocate(text.length());
        out.append(text);
    }
}
