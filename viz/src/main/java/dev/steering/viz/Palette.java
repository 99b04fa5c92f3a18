package dev.steering.viz;

import java.awt.Color;
import java.util.List;

/**
 * Colours that colour-blind readers can tell apart: those of Okabe and Ito (2008), with grey for black, and a diverging
 * scale between two of them.
 */
final class Palette {
    static final Color INK = new Color(0x22, 0x22, 0x22);
    static final Color MUTED = new Color(0x55, 0x55, 0x55);
    static final Color GRID = new Color(0xDD, 0xDD, 0xDD);
    static final Color BACKGROUND = Color.WHITE;
    static final Color BLUE = new Color(0x00, 0x72, 0xB2);
    static final Color VERMILLION = new Color(0xD5, 0x5E, 0x00);
    static final Color GREEN = new Color(0x00, 0x9E, 0x73);
    /** Laid over the grid behind the chosen layers; on white it looks like {@link #SHADE}. */
    static final Color VEIL = new Color(0xF5, 0xD4, 0x75, 0x66);
    /** Pale enough for any of the colours on top. */
    static final Color SHADE = new Color(0xFB, 0xEE, 0xC8);

    private static final List<Color> SERIES = List.of(
            BLUE,
            new Color(0xE6, 0x9F, 0x00),
            GREEN,
            new Color(0xCC, 0x79, 0xA7),
            new Color(0x56, 0xB4, 0xE9),
            VERMILLION,
            new Color(0xF0, 0xE4, 0x42),
            new Color(0x99, 0x99, 0x99));

    private Palette() {}

    /** @return how many series can be told apart */
    static int seriesCount() {
        return SERIES.size();
    }

    /**
     * @param series 0-based, below {@link #seriesCount()}
     * @return its colour
     */
    static Color series(int series) {
        return SERIES.get(series);
    }

    /**
     * @param value -1 (blue) over 0 (white) to 1 (vermillion); values beyond are clamped
     * @return the colour, interpolated linearly in sRGB
     */
    static Color diverging(double value) {
        Color end = value < 0 ? BLUE : VERMILLION;
        double share = Math.min(1, Math.abs(value));
        return new Color(mix(end.getRed(), share), mix(end.getGreen(), share), mix(end.getBlue(), share));
    }

    /** @return black or white, whichever reads better on the background */
    static Color textOn(Color background) {
        double luma = 0.299 * background.getRed() + 0.587 * background.getGreen() + 0.114 * background.getBlue();
        return luma > 140 ? INK : Color.WHITE;
    }

    private static int mix(int end, double share) {
        return (int) Math.round(255 + (end - 255) * share);
    }
}
