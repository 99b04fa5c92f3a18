package dev.steering.template;

/** What Python counts as whitespace: not the set of {@link Character#isWhitespace}, which leaves out no-break spaces. */
final class Whitespace {
    private Whitespace() {}

    static boolean isSpace(int c) {
        return (c >= 9 && c <= 13)
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }

    /** Whether {@code str.splitlines} ends a line here; a carriage return takes a following line feed with it. */
    static boolean isLineEnd(int c) {
        return (c >= 10 && c <= 13) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    /** @return the first index from {@code from} on that is not whitespace, or the length */
    static int skip(String text, int from) {
        int i = from;
        while (i < text.length() && isSpace(text.charAt(i))) {
            i++;
        }
        return i;
    }
}
