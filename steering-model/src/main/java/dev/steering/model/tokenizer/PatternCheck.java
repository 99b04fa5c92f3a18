package dev.steering.model.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of a tokenizer file, tried on texts that are hard for them. The native library gives up after ten million steps, and
 * the process with it; {@code (a+)+$} needs them for 30 letters. What grows with the length of a text no faster than the length
 * does, as those of all known tokenizers, passes. An expression that only the library understands is not tried.
 */
final class PatternCheck {
    private static final int STEPS = 4_000_000;

    /** Enough for what doubles with each character. */
    private static final int SHORT = 64;

    /** Enough for what grows with the square of the length. */
    private static final int LONG = 4096;

    private static final List<String> REPEATED =
            List.of("a", "A", "1", " ", "\n", "'", "!", ".", "\u00e9", "\u4e2d", "\u2581", "a ", "a1", " \n");
    private static final int MOST_LITERALS = 16;

    /** Java remembers what a loop has tried, which the library does not, unless something refers to a group. */
    private static final String FORGETFUL = "|(?<forgetful>\u0001\u0001)\\k<forgetful>";

    private static final Pattern SCRIPT = Pattern.compile("\\\\p\\{(\\w{3,})}");

    private PatternCheck() {}

    /** @throws IllegalArgumentException if some text takes it too many steps */
    static void require(String expression) {
        Set<String> probes = probes(expression);
        Pattern whole = compiled(expression + FORGETFUL);
        boolean endless = isEndless(whole, probes, SHORT) || isEndless(whole, probes, LONG);
        for (String group : repeatedGroups(expression)) {
            // What follows the group may fail whatever the group took.
            endless = endless || isEndless(compiled(group + "(?!)" + FORGETFUL), probes, SHORT);
        }
        if (endless) {
            throw new IllegalArgumentException("the regular expression "
                    + (expression.length() <= 60 ? expression : expression.substring(0, 60) + "...")
                    + " takes without end on some texts");
        }
    }

    /** Whether it matches where there is nothing; what is not known to does not. */
    static boolean matchesNothing(String expression) {
        Pattern pattern = compiled(expression);
        if (pattern == null) {
            return expression.contains("\\K");
        }
        for (String probe : probes(expression)) {
            Matcher matcher = pattern.matcher(new Counted(probe + "\u0001" + probe));
            try {
                while (matcher.find()) {
                    if (matcher.end() == matcher.start()) {
                        return true;
                    }
                }
            } catch (StackOverflowError | TooMany e) {
                return true;
            }
        }
        return false;
    }

    static @Nullable Pattern compiled(String expression) {
        try {
            return Pattern.compile(SCRIPT.matcher(expression).replaceAll("\\\\p{Is$1}"));
        } catch (PatternSyntaxException | StackOverflowError e) {
            return null;
        }
    }

    private static boolean isEndless(@Nullable Pattern pattern, Set<String> probes, int length) {
        if (pattern == null) {
            return false;
        }
        for (String probe : probes) {
            String text = probe.repeat(length) + "\u0001";
            try {
                boolean unused = pattern.matcher(new Counted(text)).lookingAt();
            } catch (TooMany e) {
                return true;
            } catch (StackOverflowError e) {
                // Deep, which is Java's own limit and not the library's.
            }
        }
        return false;
    }

    private static Set<String> probes(String expression) {
        Set<String> probes = new LinkedHashSet<>(REPEATED);
        expression
                .codePoints()
                .filter(c -> Character.isLetterOrDigit(c) || c > 127)
                .distinct()
                .limit(MOST_LITERALS)
                .forEach(c -> probes.add(Character.toString(c)));
        return probes;
    }

    /** Groups with a quantifier behind them, with it. */
    private static List<String> repeatedGroups(String expression) {
        List<String> groups = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        boolean inClass = false;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '\\') {
                i++;
            } else if (inClass) {
                inClass = c != ']';
            } else if (c == '[') {
                inClass = true;
            } else if (c == '(') {
                open.add(i);
            } else if (c == ')' && !open.isEmpty()) {
                int start = open.remove(open.size() - 1);
                int end = quantified(expression, i + 1);
                if (end > i + 1) {
                    groups.add(expression.substring(start, end));
                }
            }
        }
        return groups;
    }

    /** Where the quantifier at an index ends; the index if there is none. */
    private static int quantified(String expression, int at) {
        int end = at;
        if (end < expression.length() && "*+".indexOf(expression.charAt(end)) >= 0) {
            end++;
        } else if (end < expression.length() && expression.charAt(end) == '{') {
            int close = expression.indexOf('}', end);
            end = close < 0 ? end : close + 1;
        }
        boolean more = end > at && end < expression.length() && "?+".indexOf(expression.charAt(end)) >= 0;
        return more ? end + 1 : end;
    }

    /** A text that is looked at a limited number of times. */
    private static final class Counted implements CharSequence {
        private final String text;
        private int steps;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > STEPS) {
                throw new TooMany();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return text.substring(from, to);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMany() {
            super("too many steps", null, false, false);
        }
    }
}
