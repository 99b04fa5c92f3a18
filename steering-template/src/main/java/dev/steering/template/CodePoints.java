package dev.steering.template;

/** Strings as Python sees them: sequences of code points, where Java has UTF-16 units. */
final class CodePoints {
    private CodePoints() {}

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** UTF-16 index of the code point at {@code index}, which must be in 0..length. */
    static int offset(String text, int index) {
        return text.offsetByCodePoints(0, index);
    }

    /** Index of the code point that starts at the UTF-16 index {@code offset}; -1 stays -1. */
    static int index(String text, int offset) {
        return offset < 0 ? -1 : text.codePointCount(0, offset);
    }

    static String at(String text, int index) {
        return Character.toString(text.codePointAt(offset(text, index)));
    }

    /** Order by code points; that of {@link String#compareTo} differs beyond the basic plane. */
    static int compare(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
                return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    static String reverse(String text) {
        return new StringBuilder(text).reverse().toString();
    }
}
