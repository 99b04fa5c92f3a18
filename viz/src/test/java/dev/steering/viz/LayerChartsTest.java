package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerChartsTest {
    private static final List<String> ALL =
            List.of("refusal-score", "top-tokens", "direction-norm", "cosine-between-layers", "separability");

    @TempDir
    Path temporary;

    @Test
    void writeOfAnAnchoredVectorGivesAllChartsInEveryFormat() throws IOException {
        Path directory = temporary.resolve("new/charts");
        LayerCharts.Written written = LayerCharts.of(Samples.anchored(6)).write(directory);
        assertEquals(List.of(), written.skipped());
        assertEquals(
                ALL.stream()
                        .flatMap(n -> Stream.of("png", "svg", "pdf", "csv")
                                .map(format -> directory.resolve(n + "." + format)))
                        .toList(),
                written.files());
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(20, left.count(), "no temporary file may stay");
        }
    }

    @Test
    void writeWithoutAnchoringSkipsTwoChartsAndSaysWhy() {
        LayerCharts.Written written = LayerCharts.of(Samples.plain(6)).write(temporary);
        assertEquals(
                List.of("refusal-score", "top-tokens"),
                written.skipped().stream().map(LayerCharts.Skipped::chart).toList());
        assertTrue(written.skipped().get(0).reason().startsWith("the vector has not been anchored, which reads"));
        assertEquals(Remedy.ANCHOR_LAYERS, written.skipped().get(0).remedy());
        assertEquals(12, written.files().size());
        assertFalse(Files.exists(temporary.resolve("refusal-score.png")));
        assertFalse(Files.exists(temporary.resolve("top-tokens.svg")));
    }

    @Test
    void chartsThatNeedAnchoringSaySo() {
        LayerCharts charts = LayerCharts.of(Samples.plain(2));
        String message =
                assertThrows(SteeringException.class, charts::topTokens).getMessage();
        assertTrue(message.startsWith("cannot draw the chart top-tokens: the vector has not been anchored"), message);
        assertThrows(SteeringException.class, charts::refusalScore);
    }

    /** A vector from elsewhere has directions and nothing else: what can be drawn is drawn. */
    @Test
    void aVectorWithoutStatisticsHasOneChart() {
        SteeringVector bare = SteeringVector.of(Samples.plain(3).directions(), Provenance.elsewhere("llama", "repeng"));
        LayerCharts charts = LayerCharts.of(bare);
        LayerCharts.Written written = charts.write(temporary);
        assertEquals(
                List.of("refusal-score", "top-tokens", "direction-norm", "separability"),
                written.skipped().stream().map(LayerCharts.Skipped::chart).toList());
        assertEquals(4, written.files().size());
        assertEquals(
                "cannot draw the chart separability: the vector has no statistics of its layers: they are measured when a"
                        + " vector is extracted from a model.",
                assertThrows(SteeringException.class, charts::separability).getMessage());
        assertThrows(SteeringException.class, charts::directionNorm);
    }

    @Test
    void anchoringOfAnotherSizeIsRefused() {
        SteeringVector wrong = Samples.plain(6).withAnchoring(Samples.anchoring(5, List.of(2)));
        assertEquals(
                "cannot draw the vector: it has 6 layers, its anchoring has 5 projections. Anchor it again.",
                assertThrows(SteeringException.class, () -> LayerCharts.of(wrong))
                        .getMessage());
    }

    @Test
    void sameVectorGivesSameBytesInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.US);
            List<Chart> here = ChartLayoutTest.charts(Samples.anchored(6));
            List<String> svgs = here.stream().map(Chart::svg).toList();
            List<byte[]> pngs = here.stream().map(Chart::png).toList();
            for (Locale locale : List.of(Locale.GERMANY, Locale.forLanguageTag("ar-EG-u-nu-arab"))) {
                Locale.setDefault(locale);
                List<Chart> there = ChartLayoutTest.charts(Samples.anchored(6));
                for (int i = 0; i < there.size(); i++) {
                    assertEquals(
                            svgs.get(i),
                            there.get(i).svg(),
                            locale + " " + there.get(i).name());
                    assertArrayEquals(
                            pngs.get(i),
                            there.get(i).png(),
                            locale + " " + there.get(i).name());
                }
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void svgIsWellFormedAndKeepsItsTexts() throws Exception {
        SteeringVector vector =
                Samples.plain(6, "odd \u0001 <name> & \uFFFF").withAnchoring(Samples.anchoring(6, List.of(1, 4)));
        for (Chart chart : ChartLayoutTest.charts(vector)) {
            String svg = chart.svg();
            assertFalse(svg.contains("DOCTYPE"), chart.name());
            var root = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                    .getDocumentElement();
            assertEquals("0 0 " + chart.width() + " " + chart.height(), root.getAttribute("viewBox"));
            assertTrue(root.getTextContent().contains("odd \\u0001 <name> & \\uFFFF"), chart.name());
            var texts = root.getElementsByTagName("text");
            for (int i = 0; i < texts.getLength(); i++) {
                var text = (org.w3c.dom.Element) texts.item(i);
                assertTrue(Double.parseDouble(text.getAttribute("textLength")) > 0, text.getTextContent());
            }
        }
    }
}
