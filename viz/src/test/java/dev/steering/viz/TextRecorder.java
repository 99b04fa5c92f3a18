package dev.steering.viz;

import dev.steering.viz.internal.Fonts;
import java.awt.Graphics;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;

/** Notes where each text is drawn, in pixels of the picture. */
final class TextRecorder extends SVGGraphics2D {
    record Text(String text, Rectangle2D box, double size) {}

    private final List<Text> texts;

    private TextRecorder() throws ParserConfigurationException {
        super(DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .getDOMImplementation()
                .createDocument("http://www.w3.org/2000/svg", "svg", null));
        this.texts = new ArrayList<>();
    }

    private TextRecorder(TextRecorder parent) {
        super(parent);
        this.texts = parent.texts;
    }

    static List<Text> textsOf(Chart chart) throws ParserConfigurationException {
        TextRecorder recorder = new TextRecorder();
        chart.draw(recorder);
        return recorder.texts;
    }

    @Override
    public Graphics create() {
        return new TextRecorder(this);
    }

    @Override
    public void drawString(String text, float x, float y) {
        Rectangle2D box = getFont().createGlyphVector(Fonts.CONTEXT, text).getVisualBounds();
        Rectangle2D placed = new Rectangle2D.Double(box.getX() + x, box.getY() + y, box.getWidth(), box.getHeight());
        texts.add(new Text(
                text,
                getTransform().createTransformedShape(placed).getBounds2D(),
                getFont().getSize2D()));
        super.drawString(text, x, y);
    }
}
