package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import dev.steering.viz.internal.MethodMark;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.HashSet;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Test;

/** Paper, letters and looks of methods. */
class ChartLookTest {
    private static final ChartLook COLUMN = new ChartLook(ChartLook.Size.COLUMN, null, true, false, 2);

    private static Chart chart() {
        return LayerCharts.of(Samples.anchored(6)).refusalScore();
    }

    private static BufferedImage image(Chart chart) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(chart.png()));
    }

    @Test
    void aColumnIsThreeInchesAndAThirdInEveryFormat() throws Exception {
        Chart chart = chart().withLook(COLUMN);
        assertEquals(990, image(chart).getWidth(), 1, "3.3 inches of 300 pixels");
        assertTrue(
                chart.svg().contains("width=\"237.59pt\"") || chart.svg().contains("width=\"237.60pt\""),
                chart.svg().substring(0, 400));
        try (PDDocument pdf = Loader.loadPDF(chart.pdf())) {
            assertEquals(237.6, pdf.getPage(0).getMediaBox().getWidth(), 0.3);
            assertEquals(1, pdf.getNumberOfPages());
            assertEquals(chart.title(), pdf.getDocumentInformation().getTitle());
        }
    }

    /** The PDF shows what the PNG shows, but for how edges are smoothed. */
    @Test
    void thePdfIsTheSamePicture() throws Exception {
        Chart chart = chart().withLook(new ChartLook(ChartLook.Size.PAGE, null, true, false, 1));
        BufferedImage png = image(chart);
        try (PDDocument pdf = Loader.loadPDF(chart.pdf())) {
            BufferedImage drawn = new PDFRenderer(pdf).renderImageWithDPI(0, 150);
            assertEquals(png.getWidth(), drawn.getWidth(), 1);
            long different = 0;
            for (int x = 0; x < Math.min(png.getWidth(), drawn.getWidth()); x++) {
                for (int y = 0; y < Math.min(png.getHeight(), drawn.getHeight()); y++) {
                    Color one = new Color(png.getRGB(x, y));
                    Color other = new Color(drawn.getRGB(x, y));
                    different +=
                            Math.abs(one.getRed() - other.getRed()) + Math.abs(one.getBlue() - other.getBlue()) > 200
                                    ? 1
                                    : 0;
                }
            }
            assertTrue(different < 0.02 * png.getWidth() * png.getHeight(), "different pixels: " + different);
        }
    }

    @Test
    void onAScreenAChartIsAsItWasMade() {
        assertEquals(chart().svg(), chart().withLook(ChartLook.SCREEN).svg());
    }

    @Test
    void largerLettersAreLaidOutAnew() throws Exception {
        Chart small = chart().withLook(COLUMN);
        Chart large = chart().withLook(new ChartLook(ChartLook.Size.COLUMN, 10.0, true, false, 1));
        assertEquals(small.points(), large.points(), 1);
        assertTrue(large.width() < small.width());
        ChartLayoutTest.assertTidy(large);
    }

    @Test
    void withoutATitleThereIsNoneAndTheRestIsThere() throws Exception {
        Chart bare = chart().withLook(new ChartLook(ChartLook.Size.PAGE, null, false, false, 1));
        List<String> texts =
                TextRecorder.textsOf(bare).stream().map(TextRecorder.Text::text).toList();
        assertTrue(
                texts.stream().noneMatch(text -> text.contains("Where does") || text.contains("demo-model")),
                texts::toString);
        assertTrue(texts.contains("layer's direction"), texts::toString);
    }

    @Test
    void darkPaperIsDark() throws Exception {
        BufferedImage dark = image(chart().withLook(new ChartLook(ChartLook.Size.SCREEN, null, true, true, 1)));
        assertTrue(new Color(dark.getRGB(0, 0)).getRed() < 40);
        assertEquals(Color.WHITE.getRGB(), image(chart()).getRGB(0, 0), "and does not stay");
    }

    @Test
    void impossibleLettersAreRefused() {
        assertEquals(
                "The font size is 3.0, expected 4.0 to 40.0 points.",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new ChartLook(ChartLook.Size.PAGE, 3.0, true, false, 1))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> new ChartLook(ChartLook.Size.PAGE, Double.NaN, true, false, 1));
        assertThrows(IllegalArgumentException.class, () -> new ChartLook(ChartLook.Size.PAGE, null, true, false, 3));
    }

    @Test
    void everyKnownMethodHasALookOfItsOwnWhateverTheOrder() {
        List<String> names = List.copyOf(MethodMark.names());
        List<MethodMark> looks = MethodMark.of(
                names.stream().filter(name -> !name.equals("unsteered")).toList());
        assertEquals(looks.size(), new HashSet<>(looks).size());
        assertEquals(
                MethodMark.of(List.of("scans")),
                MethodMark.of(List.of("random", "scans")).subList(1, 2));
        assertEquals(MethodMark.of(List.of("scans")), MethodMark.of(List.of("scans alpha=0.25")));
        List<MethodMark> twice = MethodMark.of(List.of("scans a", "scans b", "unheard-of", "other"));
        assertEquals(4, new HashSet<>(twice).size());
        assertNotEquals(twice.get(0).form(), twice.get(1).form(), "told apart in grey");
    }

    @Test
    void withoutADisplayThereIsNoWindow() {
        String message = assertThrows(BadRequest.class, () -> ChartWindow.show("t", List.of(chart())))
                .getMessage();
        assertTrue(message.startsWith("There is no display to open a window on"), message);
        assertFalse(chart().interactive() == null, "what JFreeChart draws can be zoomed into");
    }
}
