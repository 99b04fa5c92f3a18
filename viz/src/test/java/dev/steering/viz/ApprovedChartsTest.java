package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/**
 * Pictures that somebody has looked at. Squares of 12 pixels have to be as dark as they were, so that a line that is gone or moved is seen, and other
 * machines' letters are not. With the system property {@code charts.approve} set to a directory the pictures are written there, to be looked at.
 */
class ApprovedChartsTest {
    private static final int SQUARE = 12;
    private static final double TOLERANCE = 40;
    private static final double MEAN = 3;

    private static List<Chart> charts() {
        List<Chart> charts = Gallery.of(32);
        ChartLook column = new ChartLook(ChartLook.Size.COLUMN, null, true, false, 1);
        return charts.stream().map(chart -> chart.withLook(column)).toList();
    }

    @Test
    void chartsLookAsTheyDid() throws Exception {
        String approve = System.getProperty("charts.approve");
        for (Chart chart : charts()) {
            if (approve != null) {
                Files.write(Path.of(approve, chart.name() + ".png"), chart.png());
                continue;
            }
            try (InputStream in = ApprovedChartsTest.class.getResourceAsStream("/approved/" + chart.name() + ".png")) {
                assertNotNull(in, "nobody has approved " + chart.name());
                assertAlike(chart.name(), ImageIO.read(in), ImageIO.read(new ByteArrayInputStream(chart.png())));
            }
        }
    }

    /** The comparison is worth something: a chart without its line is another one. */
    @Test
    void aMissingLineIsSeen() throws Exception {
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(charts().get(0).png()));
        BufferedImage other =
                ImageIO.read(new ByteArrayInputStream(charts().get(0).png()));
        for (int y = 150; y < 250; y++) {
            for (int x = 0; x < other.getWidth(); x++) {
                other.setRGB(x, y, Color.WHITE.getRGB());
            }
        }
        assertTrue(worst(image, other) > TOLERANCE);
    }

    private static void assertAlike(String name, BufferedImage approved, BufferedImage now) {
        assertEquals(approved.getWidth(), now.getWidth(), name);
        assertEquals(approved.getHeight(), now.getHeight(), name);
        assertTrue(worst(approved, now) <= TOLERANCE, () -> name + ": a square differs by " + worst(approved, now));
        assertTrue(mean(approved, now) <= MEAN, () -> name + ": squares differ by " + mean(approved, now));
    }

    private static double worst(BufferedImage one, BufferedImage other) {
        return differences(one, other).stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
    }

    private static double mean(BufferedImage one, BufferedImage other) {
        return differences(one, other).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    private static List<Double> differences(BufferedImage one, BufferedImage other) {
        List<Double> all = new ArrayList<>();
        for (int x = 0; x + SQUARE <= one.getWidth(); x += SQUARE) {
            for (int y = 0; y + SQUARE <= one.getHeight(); y += SQUARE) {
                for (int shift : new int[] {0, 8, 16}) {
                    all.add(Math.abs(level(one, x, y, shift) - level(other, x, y, shift)));
                }
            }
        }
        return all;
    }

    private static double level(BufferedImage image, int left, int top, int shift) {
        double sum = 0;
        for (int x = left; x < left + SQUARE; x++) {
            for (int y = top; y < top + SQUARE; y++) {
                sum += image.getRGB(x, y) >> shift & 0xFF;
            }
        }
        return sum / (SQUARE * SQUARE);
    }
}
