package dev.steering.core.page;

import java.util.Locale;

/** Text as part of an HTML document. Stateless and thread-safe. */
public final class Html {
    private Html() {}

    /**
     * @param text any text: what a model wrote, what somebody asked, a file's name
     * @return the same for an element's content or a quoted attribute: nothing in it is markup; control characters that HTML does not have
     *     are shown as their escapes
     */
    public static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\t' -> out.appendCodePoint(c);
                default -> {
                    if (isShownAsEscape(c)) {
                        out.append(String.format(Locale.ROOT, "\\u%04X", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.toString();
    }

    /** What documents may not hold, and what would turn the direction of everything behind it. */
    private static boolean isShownAsEscape(int c) {
        boolean directs = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0xD800 && c <= 0xDFFF) || directs;
    }

    /**
     * @param json a JSON document
     * @return the same document, which no parser of HTML finds an end of a script or a comment in
     */
    public static String inScript(String json) {
        return json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    /**
     * A token as HTML. A browser's fonts draw any script; only what has no shape of its own gets a mark.
     *
     * @param token a token's text
     * @return it, escaped
     */
    public static String token(String token) {
        return token.isEmpty()
                ? "(empty)"
                : escape(token.replace(' ', '\u2423').replace("\n", "\u23CE").replace("\t", "\u21E5"));
    }

    /**
     * @param share a share, 0..1
     * @return it in per cent, in the same way in every country
     */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f\u00A0%%", 100 * share);
    }

    /**
     * @param number a count
     * @return it with its thousands apart
     */
    public static String count(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /**
     * A number's cell in a table, with what it is sorted by.
     *
     * @param value the number; not finite if there is none
     * @param format how to show it, as {@link String#format} takes it
     * @return the cell
     */
    public static String cell(double value, String format) {
        return Double.isFinite(value)
                ? "<td class=\"n\" data-value=\"" + value + "\">" + escape(String.format(Locale.ROOT, format, value))
                        + "</td>"
                : "<td class=\"n\" data-value=\"\">\u2013</td>";
    }
}
