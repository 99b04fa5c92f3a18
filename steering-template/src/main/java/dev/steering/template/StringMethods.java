package dev.steering.template;

import dev.steering.template.Values.Callable;
import dev.steering.template.Values.None;
import dev.steering.template.Values.Tuple;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of {@code str}. Splitting and the like is in {@link StringSplits}, letter case in {@link LetterCase}. */
final class StringMethods {
    private StringMethods() {}

    static @Nullable Callable find(String self, String name, Budget budget) {
        return switch (name) {
            case "strip", "lstrip", "rstrip" ->
                args -> {
                    Args.Bound bound = args.bind(name, "chars");
                    if (bound.hasValue(0) && !(bound.required(0) instanceof String)) {
                        throw new EvalError(name + " arg must be None or str");
                    }
                    return strip(self, bound.hasValue(0) ? bound.string(0) : null, name, budget);
                };
            case "startswith" -> args -> affix(name, args, self, (text, prefix) -> text.startsWith(prefix), budget);
            case "endswith" -> args -> affix(name, args, self, (text, suffix) -> text.endsWith(suffix), budget);
            case "removeprefix" ->
                args -> {
                    String prefix = args.bind(name, "prefix").string(0);
                    return self.startsWith(prefix) ? self.substring(prefix.length()) : self;
                };
            case "removesuffix" ->
                args -> {
                    String suffix = args.bind(name, "suffix").string(0);
                    return self.endsWith(suffix) ? self.substring(0, self.length() - suffix.length()) : self;
                };
            case "replace" ->
                args -> {
                    Args.Bound bound = args.bind(name, "old", "new", "count");
                    return replace(self, bound.string(0), bound.string(1), bound.integer(2, -1), budget);
                };
            case "join" ->
                args -> join(self, Types.elements(args.bind(name, "iterable").required(0), budget), false, budget);
            case "format" -> args -> StrFormat.format(self, args, false, budget);
            case "find", "rfind", "index", "rindex", "count" -> args -> search(self, name, args, budget);
            case "center", "ljust", "rjust", "zfill" -> args -> pad(self, name, args, budget);
            case "split", "rsplit", "splitlines", "partition", "rpartition" ->
                args -> StringSplits.call(self, name, args, budget);
            default -> LetterCase.find(self, name, budget);
        };
    }

    static String strip(String text, @Nullable String chars, String side, Budget budget) {
        budget.allocate(text.length());
        int start = 0;
        int end = text.length();
        while (!side.equals("rstrip") && start < end && strips(text.codePointAt(start), chars)) {
            start += Character.charCount(text.codePointAt(start));
            budget.scan(chars == null ? 0 : chars.length());
        }
        while (!side.equals("lstrip") && end > start && strips(text.codePointBefore(end), chars)) {
            end -= Character.charCount(text.codePointBefore(end));
            budget.scan(chars == null ? 0 : chars.length());
        }
        return text.substring(start, end);
    }

    private static boolean strips(int c, @Nullable String chars) {
        return chars == null ? Whitespace.isSpace(c) : chars.indexOf(c) >= 0;
    }

    private static Object affix(
            String name, Args args, String self, BiPredicate<String, String> matches, Budget budget) {
        Args.Bound bound = args.bind(name, "affix", "start", "end");
        String text = window(self, bound, budget);
        Object affix = bound.required(0);
        if (affix instanceof Tuple options) {
            for (Object option : options.items()) {
                if (matches.test(text, affixString(option, "tuple for " + name + " must only contain str"))) {
                    return true;
                }
            }
            return false;
        }
        return matches.test(text, affixString(affix, name + " first arg must be str or a tuple of str"));
    }

    private static String affixString(Object value, String error) {
        if (value instanceof String text) {
            return text;
        }
        throw new EvalError(error + ", not " + Types.name(value));
    }

    /** {@code self[start:end]} of arguments 1 and 2. */
    private static String window(String self, Args.Bound bound, Budget budget) {
        if (!bound.hasValue(1) && !bound.hasValue(2)) {
            return self;
        }
        Members.Slice slice = new Members.Slice(bound.get(1, None.NONE), bound.get(2, None.NONE), None.NONE);
        return (String) Members.subscript(self, slice, budget);
    }

    private static Object search(String self, String name, Args args, Budget budget) {
        Args.Bound bound = args.bind(name, "sub", "start", "end");
        String part = bound.string(0);
        String text = window(self, bound, budget);
        if (name.equals("count")) {
            return count(text, part, budget);
        }
        int found = name.startsWith("r")
                ? Search.last(text, part, text.length(), budget)
                : Search.first(text, part, 0, budget);
        if (found < 0 && name.endsWith("index")) {
            throw new EvalError("substring not found");
        }
        int size = CodePoints.length(self);
        int start = bound.integer(1, 0);
        int shift = Math.min(size, start < 0 ? Math.max(0, start + size) : start);
        return found < 0 ? -1L : (long) CodePoints.index(text, found) + shift;
    }

    private static Object count(String text, String part, Budget budget) {
        if (part.isEmpty()) {
            return CodePoints.length(text) + 1L;
        }
        long count = 0;
        int found = Search.first(text, part, 0, budget);
        while (found >= 0) {
            count++;
            found = Search.first(text, part, found + part.length(), budget);
        }
        return count;
    }

    static String replace(String text, String old, String replacement, int limit, Budget budget) {
        budget.allocate(text.length());
        StringBuilder out = new StringBuilder(text.length());
        int position = 0;
        int left = limit < 0 ? Integer.MAX_VALUE : limit;
        int from = 0;
        while (left-- > 0) {
            int found = from > text.length() ? -1 : Search.first(text, old, from, budget);
            if (found < 0) {
                break;
            }
            budget.allocate(replacement.length());
            out.append(text, position, found).append(replacement);
            position = found + old.length();
            // an empty part is found before every code point and at the end
            from = !old.isEmpty()
                    ? position
                    : position + (position < text.length() ? Character.charCount(text.codePointAt(position)) : 1);
        }
        return out.append(text, position, text.length()).toString();
    }

    /** {@code convert}: print other values, as the filter does, rather than refuse them, as the method does. */
    static String join(String separator, List<Object> items, boolean convert, Budget budget) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            Object item = items.get(i);
            if (!convert && !(item instanceof String)) {
                throw new EvalError("sequence item " + i + ": expected str instance, " + Types.name(item) + " found");
            }
            String text = Repr.str(item, budget);
            budget.allocate((long) text.length() + separator.length());
            out.append(i == 0 ? "" : separator).append(text);
        }
        return out.toString();
    }

    private static Object pad(String self, String name, Args args, Budget budget) {
        Args.Bound bound = args.bind(name, "width", "fillchar");
        String fill = name.equals("zfill") ? "0" : bound.has(1) ? bound.string(1) : " ";
        if (CodePoints.length(fill) != 1) {
            throw new EvalError("The fill character must be exactly one character long");
        }
        bound.required(0);
        int width = bound.integer(0, 0);
        int missing = Math.max(0, width - CodePoints.length(self));
        budget.allocate((long) missing * fill.length() + self.length());
        int left =
                switch (name) {
                    case "ljust" -> 0;
                    case "center" -> missing / 2 + (missing & width & 1);
                    default -> missing;
                };
        boolean signed = name.equals("zfill") && (self.startsWith("-") || self.startsWith("+"));
        String sign = signed ? self.substring(0, 1) : "";
        return sign + fill.repeat(left) + self.substring(sign.length()) + fill.repeat(missing - left);
    }
}
