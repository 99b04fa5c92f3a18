package dev.steering.viz.internal;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws into an opaque PNG that says how large it is on paper. */
public final class PngImage {
    private static final double INCH = 0.0254;

    private PngImage() {}

    /**
     * @param width units
     * @param height units
     * @param scale pixels per unit
     * @param dotsPerInch what a program that prints it is to take it for
     * @param drawing what to draw
     * @return the file
     */
    public static byte[] of(
            int width, int height, double scale, double dotsPerInch, Consumer<? super Graphics2D> drawing) {
        BufferedImage image = new BufferedImage(
                (int) Math.round(width * scale), (int) Math.round(height * scale), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale((double) image.getWidth() / width, (double) image.getHeight() / height);
        drawing.accept(graphics);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
            state(metadata, (int) Math.round(dotsPerInch / INCH));
            writer.setOutput(out);
            writer.write(new IIOImage(image, null, metadata));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static void state(IIOMetadata metadata, int pixelsPerMetre) throws IIOInvalidTreeException {
        IIOMetadataNode size = new IIOMetadataNode("pHYs");
        size.setAttribute("pixelsPerUnitXAxis", Integer.toString(pixelsPerMetre));
        size.setAttribute("pixelsPerUnitYAxis", Integer.toString(pixelsPerMetre));
        size.setAttribute("unitSpecifier", "meter");
        String format = metadata.getNativeMetadataFormatName();
        IIOMetadataNode root = new IIOMetadataNode(format);
        root.appendChild(size);
        metadata.mergeTree(format, root);
    }
}
