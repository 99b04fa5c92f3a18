package dev.steering.viz.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Font;
import org.junit.jupiter.api.Test;

class VisibleTextTest {
    private static final Font FONT = Fonts.regular(17);

    /** Knows ASCII and the middle dot only. */
    private static final Font POOR = new Font(Font.SANS_SERIF, Font.PLAIN, 17) {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean canDisplay(int c) {
            return c < 0x80 || c == 0xB7;
        }
    };

    @Test
    void whitespaceBecomesVisible() {
        assertEquals("\u00B7the\u00B7", VisibleText.token(" the ", POOR));
        assertEquals("\\n\\t\\r", VisibleText.token("\n\t\r", POOR));
        assertEquals("(empty)", VisibleText.token("", POOR));
        assertEquals("a b", VisibleText.plain("a b", POOR));
    }

    @Test
    void whatTheFontLacksIsEscaped() {
        assertEquals("\\u4F60", VisibleText.token("\u4F60", POOR));
        assertEquals("\\u{1F600}", VisibleText.token("\uD83D\uDE00", POOR));
    }

    @Test
    void whatCannotBeSeenIsEscapedWhateverTheFont() {
        assertEquals("a\\u0001\\u200B\\u00A0", VisibleText.token("a\u0001\u200B\u00A0", FONT));
        assertEquals("\\uD83D", VisibleText.token("\uD83D", FONT));
        assertEquals("\\u0301", VisibleText.token("\u0301", FONT));
    }

    @Test
    void replacementCharacterStays() {
        assertEquals(FONT.canDisplay(0xFFFD) ? "\uFFFD" : "\\uFFFD", VisibleText.token("\uFFFD", FONT));
    }

    @Test
    void elideKeepsWhatFitsAndShortensTheRest() {
        assertEquals("short", VisibleText.elide("short", FONT, 200));
        String shortened = VisibleText.elide("internationalization", FONT, 100);
        assertTrue(shortened.startsWith("intern") && shortened.endsWith("\u2026"), shortened);
        assertTrue(Fonts.width(shortened, FONT) <= 100);
        assertEquals("\u2026", VisibleText.elide("\uD83D\uDE00\uD83D\uDE00", FONT, 1));
    }
}
