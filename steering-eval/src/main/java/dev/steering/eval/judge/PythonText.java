package dev.steering.eval.judge;

import java.util.Locale;

/** Python's {@code str} methods where Java's differ: the published evaluations are Python programs. */
final class PythonText {
    private PythonText() {}

    /** {@code str.lower()}. */
    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** {@code str.strip()}: unlike {@link String#strip}, it removes no-break spaces and the next-line character too. */
    static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** {@code str.isspace()} of one character: category Zs, or bidirectional class WS, B or S. None is outside the BMP. */
    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
