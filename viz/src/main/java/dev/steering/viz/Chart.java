package dev.steering.viz;

import dev.steering.core.SteeringException;
import dev.steering.viz.internal.ChartCsv;
import dev.steering.viz.internal.ChartFiles;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.PdfDocument;
import dev.steering.viz.internal.Picture;
import dev.steering.viz.internal.PngImage;
import dev.steering.viz.internal.SvgDocument;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jspecify.annotations.Nullable;

/**
 * One finished picture, as PNG, SVG and PDF, with its numbers as CSV.
 *
 * <p>Immutable and thread-safe. On one machine the same data gives the same bytes, whatever the default locale. Needs no
 * display; with {@code DISPLAY} set but unreachable run Java with {@code -Djava.awt.headless=true}.
 */
public final class Chart {
    private static final double INCH = 72;
    /** Height by width from which a picture is a square rather than a frame. */
    private static final double SQUARE = 0.9;

    private static final double UNTITLED = 0.8;
    /** Share of a picture's height that its plot has at least. */
    private static final double LEAST_PLOT = 0.5;

    private final String name;
    private final String title;
    private final Supplier<Picture> picture;
    private final IntUnaryOperator heights;
    private final ChartLook look;
    private final Look canvas;
    private final double unit;

    private Chart(
            String name,
            String title,
            Supplier<Picture> picture,
            IntUnaryOperator heights,
            ChartLook look,
            Look canvas,
            double unit) {
        Fonts.requireUsable();
        this.name = name;
        this.title = title;
        this.picture = picture;
        this.heights = heights;
        this.look = look;
        this.canvas = canvas;
        this.unit = unit;
    }

    /** A chart that JFreeChart draws; built anew for each drawing, because its charts are not thread-safe. */
    static Chart of(String name, String title, int width, int height, Supplier<JFreeChart> chart) {
        Look natural = new Look(width, height, true, false);
        double ratio = (double) height / width;
        return new Chart(
                name,
                title,
                () -> new Drawn(chart.get()),
                newWidth -> (int) Math.round(newWidth * ratio),
                ChartLook.SCREEN,
                natural,
                ChartLook.SCREEN.unit());
    }

    /** A picture that draws itself, as high as what it shows. */
    static Chart drawn(String name, String title, Supplier<Picture> picture) {
        Supplier<Picture> known = picture;
        Look given = Look.SCREEN;
        int height = given.during(() -> known.get().height());
        return new Chart(
                name,
                title,
                picture,
                newWidth -> 0,
                ChartLook.SCREEN,
                new Look(given.width(), height, true, false),
                ChartLook.SCREEN.unit());
    }

    private static final class Drawn implements Picture {
        private final JFreeChart chart;

        Drawn(JFreeChart chart) {
            this.chart = chart;
        }

        /** That of the canvas, or more where a long legend and caption would leave too little for the plot. */
        @Override
        public int height() {
            Look canvas = Look.current();
            ChartRenderingInfo info = new ChartRenderingInfo();
            Graphics2D nowhere = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            chart.draw(nowhere, new Rectangle2D.Double(0, 0, canvas.width(), canvas.height()), info);
            nowhere.dispose();
            double plot = info.getPlotInfo().getPlotArea().getHeight();
            return canvas.height() + (int) Math.ceil(Math.max(0, LEAST_PLOT * canvas.height() - plot));
        }

        @Override
        public void draw(Graphics2D g) {
            chart.draw(
                    g,
                    new Rectangle2D.Double(
                            0, 0, Look.current().width(), Look.current().height()));
        }

        @Override
        public String csv() {
            return ChartCsv.of(chart);
        }
    }

    /**
     * @param newLook place, letters and paper
     * @return the picture laid out for it; pictures that are tables are as high as what they show
     */
    public Chart withLook(ChartLook newLook) {
        double newUnit = newLook.unit();
        int width = (int) Math.round(newLook.size().width() / newUnit);
        double natural = (double) heights.applyAsInt(width) / width;
        double ratio = newLook.size().ratio() == 0
                ? natural
                : newLook.size() == ChartLook.Size.SLIDE
                        ? newLook.size().ratio()
                        : natural > SQUARE ? 1.04 : newLook.size().ratio();
        double less = newLook.titled() || newLook.size() == ChartLook.Size.SLIDE ? 1 : UNTITLED;
        return sized(newLook, width, (int) Math.round(width * ratio * less), newUnit);
    }

    private Chart sized(ChartLook newLook, int width, int height, double newUnit) {
        Look frame = new Look(width, height, newLook.titled(), newLook.dark());
        boolean fixed = newLook.size() == ChartLook.Size.SLIDE && !isTable();
        int needed = fixed ? height : frame.during(() -> picture.get().height());
        return new Chart(
                name,
                title,
                picture,
                heights,
                newLook,
                new Look(width, needed, newLook.titled(), newLook.dark()),
                newUnit);
    }

    private boolean isTable() {
        return heights.applyAsInt(1) == 0 && heights.applyAsInt(1000) == 0;
    }

    /**
     * The same picture laid out anew for another place, with letters of the same size: on a smaller canvas they are larger beside the rest.
     *
     * @param newWidth width in pixels, at least 1
     * @param newHeight height in pixels, at least 1; a picture that is a table is as high as what it shows
     * @return the picture of that size
     */
    public Chart withSize(int newWidth, int newHeight) {
        return sized(look, newWidth, newHeight, unit);
    }

    /** For a window: the chart that can be zoomed into; null for a picture that draws itself. */
    @Nullable
    JFreeChart interactive() {
        return canvas.during(() -> picture.get() instanceof Drawn drawn ? drawn.chart : null);
    }

    /** @return the file name without extension, e.g. {@code direction-norm} */
    public String name() {
        return name;
    }

    /** @return the heading drawn at the top */
    public String title() {
        return title;
    }

    /** @return width in units of which the smallest letters are 17 high; on a screen these are pixels */
    public int width() {
        return canvas.width();
    }

    /** @return height in the same units; grows with the number of layers where a picture has a row for each */
    public int height() {
        return canvas.height();
    }

    /** @return width on paper in points (1/72 inch) */
    public double points() {
        return canvas.width() * unit;
    }

    /** @return the picture as an opaque PNG that says how large it is on paper */
    public byte[] png() {
        double dots = look.size().dots() * look.pixels();
        return PngImage.of(width(), height(), unit / INCH * dots, dots, this::draw);
    }

    /** @return the picture as an SVG document in which text is text: to be stored as UTF-8 */
    public String svg() {
        String svg = canvas.during(() -> SvgDocument.of(title, width(), height(), this::draw));
        return look.size() == ChartLook.Size.SCREEN ? svg : SvgDocument.onPaper(svg, points(), height() * unit);
    }

    /** @return the picture as a PDF of one page, letters as shapes */
    public byte[] pdf() {
        return PdfDocument.of(title, width(), height(), unit, this::draw);
    }

    /** @return what is drawn as numbers: CSV with a head */
    public String csv() {
        return canvas.during(() -> picture.get().csv());
    }

    /**
     * Writes {@code name.png}, {@code name.svg}, {@code name.pdf} and {@code name.csv}, each whole or not at all, replacing what is there.
     *
     * @param directory where to; created if missing
     * @return the files
     * @throws SteeringException if they cannot be written
     */
    public List<Path> write(Path directory) {
        return List.of(
                ChartFiles.write(directory, name + ".png", png()),
                ChartFiles.write(directory, name + ".svg", svg().getBytes(StandardCharsets.UTF_8)),
                ChartFiles.write(directory, name + ".pdf", pdf()),
                ChartFiles.write(directory, name + ".csv", csv().getBytes(StandardCharsets.UTF_8)));
    }

    void draw(Graphics2D graphics) {
        canvas.during(() -> {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setPaint(Palette.background());
            graphics.fill(new Rectangle2D.Double(0, 0, width(), height()));
            picture.get().draw(graphics);
            return title;
        });
    }
}
