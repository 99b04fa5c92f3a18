package dev.steering.viz.internal;

import java.awt.Dimension;
import java.awt.Font;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Draws into SVG whose text stays text, and stays in place where the reader's fonts differ from ours. */
public final class SvgDocument {
    private static final String NAMESPACE = "http://www.w3.org/2000/svg";
    private static final String FAMILY = "'DejaVu Sans', Verdana, sans-serif";

    private static final Pattern DOCTYPE = Pattern.compile("<!DOCTYPE[^>]*>\n?");

    private static final Pattern SIZE = Pattern.compile("<svg [^>]*>");
    private static final Pattern WIDTH = Pattern.compile(" width=\"[^\"]*\"");
    private static final Pattern HEIGHT = Pattern.compile(" height=\"[^\"]*\"");

    private SvgDocument() {}

    /**
     * @param title the picture's name for screen readers
     * @param width pixels
     * @param height pixels
     * @param drawing what to draw
     * @return the document; the same for the same drawing
     */
    public static String of(String title, int width, int height, Consumer<? super SVGGraphics2D> drawing) {
        Document document = emptyDocument();
        SVGGraphics2D graphics = new SVGGraphics2D(SVGGeneratorContext.createDefault(document), false);
        graphics.setSVGCanvasSize(new Dimension(width, height));
        drawing.accept(graphics);
        Element root = graphics.getRoot();
        root.setAttributeNS(null, "viewBox", "0 0 " + width + " " + height);
        root.setAttributeNS(null, "role", "img");
        Element name = document.createElementNS(NAMESPACE, "title");
        name.setTextContent(title);
        root.insertBefore(name, root.getFirstChild());
        fixWidths(root);
        fixFamilies(root);
        StringWriter out = new StringWriter();
        try {
            graphics.stream(root, out, false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        graphics.dispose();
        // Batik names a DTD that nothing here needs and that a careful parser would fetch.
        return DOCTYPE.matcher(out.toString().replace("\r\n", "\n")).replaceFirst("");
    }

    /**
     * @param svg a document of {@link #of}
     * @param width in points
     * @param height in points
     * @return the same picture of that size
     */
    public static String onPaper(String svg, double width, double height) {
        return SIZE.matcher(svg)
                .replaceFirst(found -> found.group(0).contains("viewBox")
                        ? HEIGHT.matcher(WIDTH.matcher(found.group(0)).replaceFirst(" width=\"" + points(width) + "\""))
                                .replaceFirst(" height=\"" + points(height) + "\"")
                        : found.group(0));
    }

    private static String points(double value) {
        return String.format(Locale.ROOT, "%.2fpt", value);
    }

    private static Document emptyDocument() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            return factory.newDocumentBuilder().getDOMImplementation().createDocument(NAMESPACE, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the XML library of this Java cannot create documents", e);
        }
    }

    /** States how long each text is, so that another font is squeezed or stretched into the same place. */
    private static void fixWidths(Element root) {
        NodeList texts = root.getElementsByTagNameNS(NAMESPACE, "text");
        for (int i = 0; i < texts.getLength(); i++) {
            Element text = (Element) texts.item(i);
            float size = Float.parseFloat(inherited(text, "font-size", "12").replace("px", ""));
            Font font = ("bold".equals(inherited(text, "font-weight", "normal")) ? Fonts.bold(1) : Fonts.regular(1))
                    .deriveFont(size);
            double width = Fonts.width(text.getTextContent(), font);
            if (width > 0) {
                text.setAttributeNS(null, "textLength", String.format(Locale.ROOT, "%.2f", width));
                text.setAttributeNS(null, "lengthAdjust", "spacingAndGlyphs");
            }
        }
    }

    private static void fixFamilies(Element root) {
        NodeList all = root.getElementsByTagNameNS("*", "*");
        for (int i = -1; i < all.getLength(); i++) {
            Element element = i < 0 ? root : (Element) all.item(i);
            if (element.hasAttribute("font-family")) {
                element.setAttributeNS(null, "font-family", FAMILY);
            }
        }
    }

    private static String inherited(Element element, String attribute, String otherwise) {
        for (Node node = element; node instanceof Element e; node = node.getParentNode()) {
            if (e.hasAttribute(attribute)) {
                return e.getAttribute(attribute);
            }
        }
        return otherwise;
    }
}
