package dev.steering.viz.internal;

import de.rototor.pdfbox.graphics2d.PdfBoxGraphics2D;
import java.awt.Graphics2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.util.Matrix;

/** Draws into a PDF of one page. Letters are shapes: no font is needed to show it, and every script that Java draws is there. */
public final class PdfDocument {
    private PdfDocument() {}

    /**
     * @param title the document's title
     * @param width units
     * @param height units
     * @param points points (1/72 inch) per unit
     * @param drawing what to draw
     * @return the file; the same for the same drawing
     */
    public static byte[] of(String title, int width, int height, double points, Consumer<? super Graphics2D> drawing) {
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage(new PDRectangle((float) (width * points), (float) (height * points)));
            document.addPage(page);
            document.getDocumentInformation().setTitle(title);
            // The name that a file has of its own would be made of the time otherwise.
            document.setDocumentId(1L);
            PdfBoxGraphics2D graphics = new PdfBoxGraphics2D(document, width, height);
            drawing.accept(graphics);
            graphics.dispose();
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.transform(Matrix.getScaleInstance((float) points, (float) points));
                content.drawForm(graphics.getXFormObject());
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.save(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
