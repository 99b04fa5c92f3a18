package dev.steering.viz.internal;

import java.awt.Font;
import java.util.Locale;

/** Makes tokens and names fit to draw: nothing invisible, no empty boxes, no text wider than its place. */
public final class VisibleText {
    private static final int SPACE_MARK = 0x2423;
    private static final int RETURN_MARK = 0x23CE;
    private static final int TAB_MARK = 0x21E5;
    private static final int MIDDLE_DOT = 0x00B7;
    private static final String ELLIPSIS = "\u2026";

    private VisibleText() {}

    /**
     * @param token a token's text
     * @param font what it will be drawn with
     * @return the text with spaces, tabs and line ends as marks and everything that the font cannot show escaped
     */
    public static String token(String token, Font font) {
        if (token.isEmpty()) {
            return "(empty)";
        }
        StringBuilder out = new StringBuilder();
        token.codePoints().forEach(c -> {
            switch (c) {
                case ' ' -> out.appendCodePoint(font.canDisplay(SPACE_MARK) ? SPACE_MARK : MIDDLE_DOT);
                case '\n' -> mark(out, RETURN_MARK, "\\n", font);
                case '\t' -> mark(out, TAB_MARK, "\\t", font);
                case '\r' -> out.append("\\r");
                default -> append(out, c, font);
            }
        });
        return out.toString();
    }

    /**
     * @param text a name or a sentence
     * @param font what it will be drawn with
     * @return the text with everything escaped that the font cannot show; spaces stay
     */
    public static String plain(String text, Font font) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == ' ') {
                out.append(' ');
            } else {
                append(out, c, font);
            }
        });
        return out.toString();
    }

    /**
     * @param text text already made visible
     * @param font what it will be drawn with
     * @param width pixels available
     * @return the text, shortened with an ellipsis if it is wider
     */
    public static String elide(String text, Font font, double width) {
        if (Fonts.width(text, font) <= width) {
            return text;
        }
        int end = text.length();
        while (end > 1) {
            end = text.offsetByCodePoints(end, -1);
            String shorter = text.substring(0, end) + ELLIPSIS;
            if (Fonts.width(shorter, font) <= width) {
                return shorter;
            }
        }
        return ELLIPSIS;
    }

    private static void mark(StringBuilder out, int mark, String otherwise, Font font) {
        if (font.canDisplay(mark)) {
            out.appendCodePoint(mark);
        } else {
            out.append(otherwise);
        }
    }

    private static void append(StringBuilder out, int c, Font font) {
        // A combining mark needs a letter to sit on; on its own it would land on the neighbour.
        boolean alone = out.length() == 0 && isCombining(c);
        if (invisible(c) || alone || !font.canDisplay(c)) {
            out.append(
                    c > 0xFFFF ? String.format(Locale.ROOT, "\\u{%X}", c) : String.format(Locale.ROOT, "\\u%04X", c));
        } else {
            out.appendCodePoint(c);
        }
    }

    private static boolean invisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static boolean isCombining(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }
}
