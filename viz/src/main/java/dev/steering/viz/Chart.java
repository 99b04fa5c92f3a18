package dev.steering.viz;

import dev.steering.core.SteeringException;
import dev.steering.viz.internal.Fonts;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jfree.chart.JFreeChart;
import org.jspecify.annotations.Nullable;

/**
 * One finished picture, as PNG and as SVG.
 *
 * <p>Immutable and thread-safe. On one machine the same data gives the same bytes, whatever the default locale. Needs no
 * display; with {@code DISPLAY} set but unreachable run Java with {@code -Djava.awt.headless=true}.
 */
public final class Chart {
    private final String name;
    private final String title;
    private final int width;
    private final int height;
    private final Consumer<Graphics2D> drawing;
    private final @Nullable Supplier<JFreeChart> layout;

    Chart(String name, String title, int width, int height, Consumer<Graphics2D> drawing) {
        this(name, title, width, height, drawing, null);
    }

    private Chart(
            String name,
            String title,
            int width,
            int height,
            Consumer<Graphics2D> drawing,
            @Nullable Supplier<JFreeChart> layout) {
        Fonts.requireUsable();
        this.name = name;
        this.title = title;
        this.width = width;
        this.height = height;
        this.drawing = drawing;
        this.layout = layout;
    }

    /** A chart that JFreeChart draws; built anew for each drawing, because its charts are not thread-safe. */
    static Chart of(String name, String title, int width, int height, Supplier<JFreeChart> chart) {
        return new Chart(
                name,
                title,
                width,
                height,
                g -> chart.get().draw(g, new Rectangle2D.Double(0, 0, width, height)),
                chart);
    }

    /**
     * The same picture laid out anew for another place, with letters of the same size: on a smaller canvas they are larger beside the rest.
     *
     * @param newWidth width in pixels, at least 1
     * @param newHeight height in pixels, at least 1
     * @return the picture of that size; this one where its size follows from what it shows, as that of a table does
     */
    public Chart withSize(int newWidth, int newHeight) {
        return layout == null ? this : of(name, title, newWidth, newHeight, layout);
    }

    /** @return the file name without extension, e.g. {@code direction-norm} */
    public String name() {
        return name;
    }

    /** @return the heading drawn at the top */
    public String title() {
        return title;
    }

    /** @return width in pixels */
    public int width() {
        return width;
    }

    /** @return height in pixels; grows with the number of layers where a picture has a row for each */
    public int height() {
        return height;
    }

    /** @return the picture as an opaque PNG of {@link #width()} x {@link #height()} pixels */
    public byte[] png() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        draw(graphics);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IllegalStateException("this Java has no PNG writer");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @return the picture as an SVG document in which text is text: to be stored as UTF-8 */
    public String svg() {
        return SvgDocument.of(title, width, height, this::draw);
    }

    /**
     * Writes {@code name.png} and {@code name.svg}, each whole or not at all, replacing what is there.
     *
     * @param directory where to; created if missing
     * @return the two files
     * @throws SteeringException if they cannot be written
     */
    public List<Path> write(Path directory) {
        return List.of(
                ChartFiles.write(directory, name + ".png", png()),
                ChartFiles.write(directory, name + ".svg", svg().getBytes(StandardCharsets.UTF_8)));
    }

    void draw(Graphics2D graphics) {
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setPaint(Palette.BACKGROUND);
        graphics.fill(new Rectangle2D.Double(0, 0, width, height));
        drawing.accept(graphics);
    }
}
