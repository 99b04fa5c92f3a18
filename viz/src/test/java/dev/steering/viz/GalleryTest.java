package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Every kind of chart in every place: no text is cut off or lies on another, and none is smaller than the place promises. With the system property
 * {@code charts.gallery} set to a directory the pictures are written there, to be looked at.
 */
class GalleryTest {
    /** Colours move nothing: dark paper is tried once. */
    private static List<ChartLook> looks(ChartLook.Size size, int layers) {
        ChartLook plain = new ChartLook(size, null, true, false, 1);
        return layers == 32 ? List.of(plain, new ChartLook(size, null, false, true, 1)) : List.of(plain);
    }

    @ParameterizedTest
    @EnumSource(ChartLook.Size.class)
    void everyKindIsTidyInEveryPlace(ChartLook.Size size) throws Exception {
        for (int layers : new int[] {1, 6, 32, 80}) {
            for (ChartLook look : looks(size, layers)) {
                for (Chart chart : layers == 1 ? Gallery.least() : Gallery.of(layers)) {
                    assertPrinted(chart.withLook(look), size, layers);
                }
            }
        }
    }

    private static void assertPrinted(Chart chart, ChartLook.Size size, int layers) throws Exception {
        try {
            ChartLayoutTest.assertPrinted(chart, size);
        } catch (AssertionError e) {
            throw new AssertionError(layers + " layers, " + size + ": " + e.getMessage(), e);
        }
    }

    /** What is in the file, by its own arithmetic: letters of 7 points in a column of 3.3 inches. */
    @ParameterizedTest
    @ValueSource(ints = {6, 80})
    void lettersInAColumnsSvgAreSevenPointsAtLeast(int layers) throws Exception {
        for (Chart chart : Gallery.of(layers)) {
            String svg = chart.withLook(new ChartLook(ChartLook.Size.COLUMN, null, true, false, 1))
                    .svg();
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
            Element root = factory.newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                    .getDocumentElement();
            double points = Double.parseDouble(root.getAttribute("width").replace("pt", ""));
            double unit =
                    points / Double.parseDouble(root.getAttribute("viewBox").split(" ", -1)[2]);
            NodeList texts = root.getElementsByTagName("text");
            assertTrue(texts.getLength() > 1, chart.name());
            for (int i = 0; i < texts.getLength(); i++) {
                double letters = unit * size(texts.item(i));
                assertTrue(letters > 6.99, chart.name() + ": " + texts.item(i).getTextContent() + " " + letters);
            }
        }
    }

    private static double size(Node node) {
        for (Node at = node; at instanceof Element element; at = at.getParentNode()) {
            if (!element.getAttribute("font-size").isEmpty()) {
                return Double.parseDouble(element.getAttribute("font-size").replace("px", ""));
            }
        }
        throw new AssertionError("text without a size: " + node.getTextContent());
    }

    @Test
    void theSameDataGivesTheSameBytes() {
        ChartLook look = new ChartLook(ChartLook.Size.COLUMN, null, true, false, 1);
        List<Chart> once = Gallery.of(6);
        List<Chart> again = Gallery.of(6);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < once.size(); i++) {
            Chart one = once.get(i).withLook(look);
            Chart other = again.get(i).withLook(look);
            names.add(one.name());
            assertArrayEquals(one.png(), other.png(), one.name());
            assertArrayEquals(one.pdf(), other.pdf(), one.name());
            assertEquals(one.svg(), other.svg(), one.name());
            assertEquals(one.csv(), other.csv(), one.name());
        }
        assertTrue(names.size() >= 26, "kinds: " + names);
    }

    @Test
    @EnabledIfSystemProperty(named = "charts.gallery", matches = ".+")
    void writesThePictures() throws Exception {
        Path directory = Path.of(System.getProperty("charts.gallery"));
        for (ChartLook.Size size : List.of(ChartLook.Size.COLUMN, ChartLook.Size.PAGE)) {
            for (boolean dark : new boolean[] {false, true}) {
                for (int layers : new int[] {6, 32, 80}) {
                    Path place = Files.createDirectories(directory.resolve(
                            size.name().toLowerCase(java.util.Locale.ROOT) + (dark ? "-dark-" : "-light-") + layers));
                    for (Chart chart : Gallery.of(layers)) {
                        Chart drawn = chart.withLook(new ChartLook(size, null, true, dark, 1));
                        Files.write(place.resolve(chart.name() + ".png"), drawn.png());
                        Files.writeString(place.resolve(chart.name() + ".svg"), drawn.svg());
                        Files.write(place.resolve(chart.name() + ".pdf"), drawn.pdf());
                    }
                }
            }
        }
        Path least = Files.createDirectories(directory.resolve("least"));
        for (Chart chart : Gallery.least()) {
            Files.write(
                    least.resolve(chart.name() + ".png"),
                    chart.withLook(new ChartLook(ChartLook.Size.COLUMN, null, true, false, 1))
                            .png());
        }
    }
}
