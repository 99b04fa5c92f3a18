package dev.steering.cli.terminal;

/** Makes what is invisible in a text visible. */
public final class Visible {
    private Visible() {}

    /**
     * @param token a token
     * @return the same with spaces as middle dots and ends of line as return arrows: both are part of a token and must be seen
     */
    public static String token(String token) {
        return line(token.replace(' ', '\u00b7').replace('\n', '\u23ce'));
    }

    /**
     * @param text text of a stranger
     * @return the same without control characters, which could move a terminal's cursor
     */
    public static String line(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().map(c -> Character.isISOControl(c) ? 0xfffd : c).forEach(visible::appendCodePoint);
        return visible.toString();
    }
}
