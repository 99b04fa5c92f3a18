package dev.steering.template;

/**
 * Substring search in linear time. {@link String#indexOf(String)} is quadratic when text and part repeat one character,
 * which a hostile template would use; for short parts it is fast enough, and faster.
 */
final class Search {
    private static final int SHORT = 16;
    /** What a character costs where it is looked at by code of ours rather than by the library's. */
    private static final int LONG_COST = 4;

    private Search() {}

    /** @return UTF-16 index of the first occurrence that starts at {@code from} or later, else -1 */
    static int first(String text, String part, int from, Budget budget) {
        boolean isLong = part.length() > SHORT;
        int found = isLong ? longPart(text, part, from, budget) : text.indexOf(part, from);
        long lookedAt = (found < 0 ? text.length() : found) - (long) from;
        budget.scan(isLong ? LONG_COST * lookedAt : lookedAt);
        return found;
    }

    /** @return UTF-16 index of the last occurrence that ends at {@code to} or earlier, else -1 */
    static int last(String text, String part, int to, Budget budget) {
        if (part.length() <= SHORT) {
            budget.scan(to);
            return to < part.length() ? -1 : text.lastIndexOf(part, to - part.length());
        }
        budget.allocate(to);
        String reversedText = reverseUnits(text.substring(0, to));
        int found = longPart(reversedText, reverseUnits(part), 0, budget);
        return found < 0 ? -1 : to - found - part.length();
    }

    /** Knuth, Morris and Pratt. */
    private static int longPart(String text, String part, int from, Budget budget) {
        if (part.length() > text.length() - from) {
            return -1;
        }
        budget.allocate(2L * part.length());
        int[] fallback = fallbacks(part);
        int matched = 0;
        for (int i = from; i < text.length(); i++) {
            while (matched > 0 && text.charAt(i) != part.charAt(matched)) {
                matched = fallback[matched - 1];
            }
            if (text.charAt(i) == part.charAt(matched)) {
                matched++;
            }
            if (matched == part.length()) {
                return i + 1 - matched;
            }
        }
        return -1;
    }

    private static int[] fallbacks(String part) {
        int[] fallback = new int[part.length()];
        int matched = 0;
        for (int i = 1; i < part.length(); i++) {
            while (matched > 0 && part.charAt(i) != part.charAt(matched)) {
                matched = fallback[matched - 1];
            }
            if (part.charAt(i) == part.charAt(matched)) {
                matched++;
            }
            fallback[i] = matched;
        }
        return fallback;
    }

    /** Reverses units, not code points: {@link StringBuilder#reverse} keeps surrogate pairs in order. */
    private static String reverseUnits(String text) {
        char[] units = new char[text.length()];
        for (int i = 0; i < units.length; i++) {
            units[i] = text.charAt(units.length - 1 - i);
        }
        return new String(units);
    }
}
