package dev.steering.viz;

import org.jspecify.annotations.Nullable;

/**
 * What a chart is drawn for: a place of some size, with letters of some size, on white or dark paper. Immutable.
 *
 * @param size the place
 * @param fontPoints size of the smallest letters in points (1/72 inch); null for the place's own
 * @param titled whether the chart has its title, the line under it and the one at the bottom; a paper says these itself
 * @param dark whether the paper is dark
 * @param pixels 1 or 2: of PNG pictures, for ordinary and for fine screens or print
 */
public record ChartLook(Size size, @Nullable Double fontPoints, boolean titled, boolean dark, int pixels) {
    private static final double LEAST = 4;
    private static final double MOST = 40;

    /** A place. */
    public enum Size {
        /** 1600 pixels wide, with letters from 17 pixels: what charts were always like. */
        SCREEN(1200, 12.75, 0, 96),
        /** A column of a two-column paper: 3.3 inches, letters from 7 points. */
        COLUMN(237.6, 7, 0.98, 150),
        /** The width of a page: 6.5 inches, letters from 8 points. */
        PAGE(468, 8, 0.66, 150),
        /** A slide of 13.33 x 7.5 inches, letters from 16 points. */
        SLIDE(960, 16, 0.5625, 96);

        private final double width;
        private final double letters;
        private final double ratio;
        private final double dots;

        Size(double width, double letters, double ratio, double dots) {
            this.width = width;
            this.letters = letters;
            this.ratio = ratio;
            this.dots = dots;
        }

        /** @return width in points (1/72 inch) */
        public double width() {
            return width;
        }

        /** @return size of its smallest letters in points */
        public double letters() {
            return letters;
        }

        /** Height by width of an ordinary chart; 0 for that of the chart itself. */
        double ratio() {
            return ratio;
        }

        /** Pixels per inch of a PNG picture. */
        double dots() {
            return dots;
        }
    }

    /** For a screen, with its title, on white. */
    public static final ChartLook SCREEN = new ChartLook(Size.SCREEN, null, true, false, 1);

    /** @throws IllegalArgumentException if letters or pixels are out of range */
    public ChartLook {
        if (fontPoints != null && !(fontPoints >= LEAST && fontPoints <= MOST)) {
            throw new IllegalArgumentException(
                    "The font size is " + fontPoints + ", expected " + LEAST + " to " + MOST + " points.");
        }
        if (pixels < 1 || pixels > 2) {
            throw new IllegalArgumentException("The pixels are " + pixels + ", expected 1 or 2.");
        }
    }

    /** Points per unit of the canvas. */
    double unit() {
        return (fontPoints == null ? size.letters : fontPoints) / dev.steering.viz.internal.Look.SMALLEST;
    }
}
