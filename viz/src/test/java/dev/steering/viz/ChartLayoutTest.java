package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.Palette;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No text may be cut off or lie on another, whatever the number of layers. */
class ChartLayoutTest {
    private static final int BORDER = 2;

    static List<Chart> charts(SteeringVector vector) {
        LayerCharts charts = LayerCharts.of(vector);
        return List.of(
                charts.refusalScore(),
                charts.topTokens(),
                charts.directionNorm(),
                charts.cosineBetweenLayers(),
                charts.separability());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 32, 80})
    void textsLieInsideAndApart(int layers) throws Exception {
        for (Chart chart : charts(Samples.anchored(layers))) {
            assertTidy(chart);
        }
    }

    @Test
    void textsOfALongModelNameLieInsideAndApart() throws Exception {
        String name = "an-organisation-with-a-very-long-name/".repeat(5);
        SteeringVector vector = Samples.plain(6, name).withAnchoring(Samples.anchoring(6, List.of(0, 2, 5)));
        for (Chart chart : charts(vector)) {
            assertTidy(chart);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 12})
    void textsOfRatesLieInsideAndApart(int methods) throws Exception {
        assertTidy(RateChartTest.chart(methods));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 80})
    void picturesHaveTheirSizeAndAnEmptyBorder(int layers) throws IOException {
        for (Chart chart : charts(Samples.anchored(layers))) {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(chart.png()));
            assertEquals(chart.width(), image.getWidth(), chart.name());
            assertEquals(chart.height(), image.getHeight(), chart.name());
            for (int x = 0; x < image.getWidth(); x++) {
                for (int y = 0; y < image.getHeight(); y++) {
                    boolean inside = x >= BORDER
                            && y >= BORDER
                            && x < image.getWidth() - BORDER
                            && y < image.getHeight() - BORDER;
                    int shownX = x;
                    int shownY = y;
                    assertTrue(
                            inside || image.getRGB(x, y) == Palette.background().getRGB(),
                            () -> chart.name() + " touches its border at " + shownX + ", " + shownY);
                }
            }
        }
    }

    /** On paper no letter is smaller than was promised, and nothing is cut off, at any size, with and without titles. */
    @ParameterizedTest
    @EnumSource(ChartLook.Size.class)
    void lettersHaveTheirSizeInEveryPlace(ChartLook.Size size) throws Exception {
        for (boolean titled : new boolean[] {true, false}) {
            ChartLook look = new ChartLook(size, null, titled, !titled, 1);
            for (int layers : new int[] {1, 6, 32, 80}) {
                for (Chart chart : charts(Samples.anchored(layers))) {
                    assertPrinted(chart.withLook(look), size);
                }
            }
            for (int methods : new int[] {1, 4, 12}) {
                assertPrinted(RateChartTest.chart(methods).withLook(look), size);
            }
        }
    }

    static void assertPrinted(Chart chart, ChartLook.Size size) throws Exception {
        assertEquals(size.width(), chart.points(), 1, chart.name());
        double unit = chart.points() / chart.width();
        for (TextRecorder.Text text : TextRecorder.textsOf(chart)) {
            assertTrue(unit * text.size() >= size.letters() - 0.01, () -> chart.name() + ": " + text);
        }
        assertTidy(chart);
    }

    static void assertTidy(Chart chart) throws Exception {
        Rectangle2D canvas =
                new Rectangle2D.Double(BORDER, BORDER, chart.width() - 2.0 * BORDER, chart.height() - 2.0 * BORDER);
        List<TextRecorder.Text> texts = TextRecorder.textsOf(chart);
        assertTrue(texts.size() > 1, () -> chart.name() + " has too few texts: " + texts);
        for (int i = 0; i < texts.size(); i++) {
            TextRecorder.Text text = texts.get(i);
            assertTrue(canvas.contains(text.box()), () -> chart.name() + " cuts off " + text);
            for (TextRecorder.Text other : texts.subList(i + 1, texts.size())) {
                assertFalse(text.box().intersects(other.box()), () -> chart.name() + ": " + text + " lies on " + other);
            }
        }
    }
}
