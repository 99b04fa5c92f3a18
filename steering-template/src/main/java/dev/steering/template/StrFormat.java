package dev.steering.template;

import java.util.List;

/** {@code "...{}...".format(...)}: fields by position or name, with members, {@code !s} or {@code !r}, and a layout. */
final class StrFormat {
    private final String format;
    private final Args args;
    private final boolean escapes;
    private final Budget budget;
    private int automatic;

    private StrFormat(String format, Args args, boolean escapes, Budget budget) {
        this.escapes = escapes;
        this.format = format;
        this.args = args;
        this.budget = budget;
    }

    /** @param escapes whether the format is marked as safe, so that text is escaped on its way in */
    static String format(String format, Args args, boolean escapes, Budget budget) {
        return new StrFormat(format, args, escapes, budget).run();
    }

    private String run() {
        budget.allocate(format.length());
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i);
            if (c != '{' && c != '}') {
                out.append(c);
                i++;
            } else if (i + 1 < format.length() && format.charAt(i + 1) == c) {
                out.append(c);
                i += 2;
            } else if (c == '}') {
                throw new EvalError("Single '}' encountered in format string");
            } else {
                int end = fieldEnd(i);
                String field = field(format.substring(i + 1, end));
                budget.allocate(field.length());
                out.append(field);
                i = end + 1;
            }
        }
        return out.toString();
    }

    private int fieldEnd(int start) {
        int end = format.indexOf('}', start);
        if (end < 0) {
            throw new EvalError(
                    start + 1 == format.length()
                            ? "Single '{' encountered in format string"
                            : "expected '}' before end of string");
        }
        if (format.substring(start + 1, end).indexOf('{') >= 0) {
            throw new EvalError("fields inside a format specification are not supported");
        }
        return end;
    }

    private String field(String field) {
        int colon = field.indexOf(':');
        String head = colon < 0 ? field : field.substring(0, colon);
        String spec = colon < 0 ? "" : field.substring(colon + 1);
        int bang = head.indexOf('!');
        Object value = lookup(bang < 0 ? head : head.substring(0, bang));
        if (bang >= 0) {
            value = switch (head.substring(bang + 1)) {
                case "s" -> Repr.str(value, budget);
                case "r", "a" -> Repr.of(value, budget);
                default -> throw new EvalError("Unknown conversion specifier " + head.substring(bang + 1));
            };
        }
        boolean marked = bang < 0 && Markup.is(value, budget);
        if (marked && escapes && !spec.isEmpty()) {
            throw new EvalError("Unsupported format specification for Markup.");
        }
        String text = spec.isEmpty()
                ? Repr.str(value, budget)
                : FormatSpec.parse(spec).apply(value, budget);
        return escapes && !marked ? Markup.escapeText(text, budget) : text;
    }

    private Object lookup(String path) {
        int end = 0;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        Object value = argument(path.substring(0, end));
        while (end < path.length()) {
            if (path.charAt(end) == '[') {
                int close = path.indexOf(']', end);
                if (close < 0) {
                    throw new EvalError("Missing ']' in format string");
                }
                String key = path.substring(end + 1, close);
                value = Members.subscript(value, isIndex(key) ? (Object) Long.valueOf(key) : key, budget);
                end = close + 1;
            } else {
                int next = end + 1;
                while (next < path.length() && path.charAt(next) != '.' && path.charAt(next) != '[') {
                    next++;
                }
                value = Members.attribute(value, path.substring(end + 1, next), budget);
                end = next;
            }
        }
        return value;
    }

    private Object argument(String name) {
        if (name.isEmpty() || isIndex(name)) {
            long index = name.isEmpty() ? automatic++ : Long.parseLong(name);
            List<Object> positional = args.positional();
            if (index >= positional.size()) {
                throw new EvalError("Replacement index " + index + " out of range for positional args tuple");
            }
            return positional.get((int) index);
        }
        Object value = args.keywords().get(name);
        if (value == null) {
            throw new EvalError(Repr.quote(name));
        }
        return value;
    }

    private static boolean isIndex(String text) {
        return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
