package dev.steering.template;

import dev.steering.template.Values.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@code split}, {@code rsplit}, {@code splitlines}, {@code partition} and {@code rpartition}. */
final class StringSplits {
    private StringSplits() {}

    static Object call(String self, String name, Args args, Budget budget) {
        budget.allocate(self.length());
        if (name.equals("splitlines")) {
            return lines(self, args.bind(name, "keepends").truth(0, false), budget);
        } else if (name.endsWith("partition")) {
            return partition(self, separator(args.bind(name, "sep")), name.startsWith("r"), budget);
        }
        Args.Bound bound = args.bind(name, "sep", "maxsplit");
        int limit = bound.integer(1, -1);
        limit = limit < 0 ? Integer.MAX_VALUE : limit;
        if (!bound.hasValue(0)) {
            return name.startsWith("r") ? rightWords(self, limit, budget) : words(self, limit, budget);
        }
        String separator = separator(bound);
        return name.startsWith("r")
                ? splitRight(self, separator, limit, budget)
                : split(self, separator, limit, budget);
    }

    private static String separator(Args.Bound bound) {
        String separator = bound.string(0);
        if (separator.isEmpty()) {
            throw new EvalError("empty separator");
        }
        return separator;
    }

    private static List<Object> split(String text, String separator, int limit, Budget budget) {
        List<Object> parts = new ArrayList<>();
        int position = 0;
        while (parts.size() < limit) {
            int found = Search.first(text, separator, position, budget);
            if (found < 0) {
                break;
            }
            budget.elements(1);
            parts.add(text.substring(position, found));
            position = found + separator.length();
        }
        parts.add(text.substring(position));
        return parts;
    }

    private static List<Object> splitRight(String text, String separator, int limit, Budget budget) {
        List<Object> parts = new ArrayList<>();
        int end = text.length();
        while (parts.size() < limit) {
            int found = Search.last(text, separator, end, budget);
            if (found < 0) {
                break;
            }
            budget.elements(1);
            parts.add(text.substring(found + separator.length(), end));
            end = found;
        }
        parts.add(text.substring(0, end));
        Collections.reverse(parts);
        return parts;
    }

    private static List<Object> words(String text, int limit, Budget budget) {
        List<Object> words = new ArrayList<>();
        int position = Whitespace.skip(text, 0);
        while (position < text.length()) {
            int end = position;
            while (end < text.length() && !Whitespace.isSpace(text.charAt(end))) {
                end++;
            }
            if (words.size() == limit) {
                words.add(text.substring(position));
                return words;
            }
            budget.elements(1);
            words.add(text.substring(position, end));
            position = Whitespace.skip(text, end);
        }
        return words;
    }

    private static List<Object> rightWords(String text, int limit, Budget budget) {
        List<Object> words = new ArrayList<>();
        int end = skipBack(text, text.length());
        while (end > 0) {
            int start = end;
            while (start > 0 && !Whitespace.isSpace(text.charAt(start - 1))) {
                start--;
            }
            if (words.size() == limit) {
                words.add(text.substring(0, end));
                break;
            }
            budget.elements(1);
            words.add(text.substring(start, end));
            end = skipBack(text, start);
        }
        Collections.reverse(words);
        return words;
    }

    private static int skipBack(String text, int from) {
        int end = from;
        while (end > 0 && Whitespace.isSpace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    static List<Object> lines(String text, boolean keepEnds, Budget budget) {
        List<Object> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (Whitespace.isLineEnd(text.charAt(i))) {
                int next = text.startsWith("\r\n", i) ? i + 2 : i + 1;
                budget.elements(1);
                lines.add(text.substring(start, keepEnds ? next : i));
                start = next;
                i = next - 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    private static Tuple partition(String text, String separator, boolean right, Budget budget) {
        int found =
                right ? Search.last(text, separator, text.length(), budget) : Search.first(text, separator, 0, budget);
        if (found < 0) {
            return right ? Tuple.of("", "", text) : Tuple.of(text, "", "");
        }
        return Tuple.of(text.substring(0, found), separator, text.substring(found + separator.length()));
    }
}
