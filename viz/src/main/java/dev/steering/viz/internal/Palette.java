package dev.steering.viz.internal;

import java.awt.Color;
import java.util.List;

/**
 * Colours that colour-blind readers can tell apart: those of Okabe and Ito (2008) without their yellow, which white paper swallows, and a
 * diverging scale between two of them. On dark paper the dark ones are lighter. Which paper it is {@link Look} says.
 */
public final class Palette {
    private static final Color DARK = new Color(0x16, 0x18, 0x1D);

    private Palette() {}

    private static Color on(int light, int dark) {
        return new Color(Look.current().dark() ? dark : light);
    }

    /** @return letters and axes */
    public static Color ink() {
        return on(0x222222, 0xE8E8E8);
    }

    /** @return what is to be seen second */
    public static Color muted() {
        return on(0x555555, 0xA9AEB6);
    }

    /** @return grid lines */
    public static Color grid() {
        return on(0xDDDDDD, 0x3A3F47);
    }

    /** @return the paper */
    public static Color background() {
        return Look.current().dark() ? DARK : Color.WHITE;
    }

    /** @return every second row of a table */
    public static Color stripe() {
        return on(0xF4F4F4, 0x1E2127);
    }

    /** @return a blue */
    public static Color blue() {
        return on(0x0072B2, 0x3E9BDC);
    }

    /** @return an orange red */
    public static Color vermillion() {
        return on(0xD55E00, 0xF0782A);
    }

    /** @return a bluish green */
    public static Color green() {
        return on(0x009E73, 0x1DBE91);
    }

    /** @return what is laid over the grid behind the chosen layers; on the paper it looks like {@link #shade} */
    public static Color veil() {
        return Look.current().dark() ? new Color(0xF5, 0xC4, 0x3A, 0x38) : new Color(0xF5, 0xD4, 0x75, 0x66);
    }

    /** @return pale enough for any of the colours on top */
    public static Color shade() {
        return on(0xFBEEC8, 0x473E23);
    }

    /** @return behind a refusal token */
    public static Color refusal() {
        return on(0xFCE3D3, 0x52301B);
    }

    private static List<Color> series() {
        return List.of(
                blue(),
                new Color(0xE6, 0x9F, 0x00),
                green(),
                on(0xCC79A7, 0xDE93BC),
                on(0x56B4E9, 0x9AD4F7),
                vermillion(),
                ink(),
                on(0x8A8A8A, 0x999999));
    }

    /** @return how many series can be told apart by colour */
    public static int seriesCount() {
        return series().size();
    }

    /**
     * @param series 0-based, below {@link #seriesCount()}
     * @return its colour
     */
    public static Color series(int series) {
        return series().get(series);
    }

    /**
     * @param value -1 (blue) over 0 (the paper) to 1 (vermillion); values beyond are clamped
     * @return the colour, interpolated linearly in sRGB
     */
    public static Color diverging(double value) {
        Color end = value < 0 ? blue() : vermillion();
        Color paper = background();
        double share = Math.min(1, Math.abs(value));
        return new Color(
                mix(paper.getRed(), end.getRed(), share),
                mix(paper.getGreen(), end.getGreen(), share),
                mix(paper.getBlue(), end.getBlue(), share));
    }

    /** @return black or white, whichever reads better on the background */
    public static Color textOn(Color background) {
        double luma = 0.299 * background.getRed() + 0.587 * background.getGreen() + 0.114 * background.getBlue();
        return luma > 140 ? new Color(0x22, 0x22, 0x22) : Color.WHITE;
    }

    /** @return the colour, seen through */
    public static Color faint(Color color, int alpha) {
        return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
    }

    private static int mix(int start, int end, double share) {
        return (int) Math.round(start + (end - start) * share);
    }
}
