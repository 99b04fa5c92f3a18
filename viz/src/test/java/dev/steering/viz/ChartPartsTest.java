package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.viz.internal.ChartFiles;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Hull;
import dev.steering.viz.internal.LayerRun;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.Ticks;
import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Palette, ticks, runs of layers, fonts and files. */
class ChartPartsTest {
    @TempDir
    Path temporary;

    @Test
    void divergingPaletteRunsFromBlueOverWhiteToVermillion() {
        assertEquals(Palette.blue(), Palette.diverging(-1));
        assertEquals(Color.WHITE, Palette.diverging(0));
        assertEquals(Palette.vermillion(), Palette.diverging(1));
        assertEquals(new Color(0x80, 0xB9, 0xD9), Palette.diverging(-0.5));
        assertEquals(Color.WHITE, Palette.textOn(Palette.blue()));
        assertEquals(Palette.ink(), Palette.textOn(Color.WHITE));
    }

    @Test
    void aHullHoldsBothBoxesAndWhatIsBetweenThem() {
        Rectangle2D one = new Rectangle2D.Double(0, 0, 2, 2);
        Rectangle2D other = new Rectangle2D.Double(8, 8, 2, 2);
        Path2D hull = Hull.around(one, other);
        assertTrue(hull.contains(0.1, 0.1, 1.8, 1.8) && hull.contains(8.1, 8.1, 1.8, 1.8));
        assertTrue(hull.contains(5, 5), "between");
        assertTrue(!hull.contains(9, 1) && !hull.contains(1, 9), "not beside");
        assertEquals(new Rectangle2D.Double(0, 0, 10, 10), hull.getBounds2D());
        assertEquals(one, Hull.around(one, one).getBounds2D());
    }

    @Test
    void layerTicksAreWholeAndFewEnough() {
        assertEquals(1, Ticks.ofLayers(1, 32).getSize());
        assertEquals(1, Ticks.ofLayers(32, 32).getSize());
        assertEquals(2, Ticks.ofLayers(33, 32).getSize());
        assertEquals(5, Ticks.ofLayers(80, 32).getSize());
    }

    @Test
    void valueTicksAreRoundAndWrittenAlike() {
        Ticks ticks = Ticks.ofSpan(2.8, 6);
        assertEquals(0.5, ticks.getSize());
        assertEquals("2.0", ticks.valueToString(2));
        assertEquals("0.0", ticks.valueToString(-0.0));
        assertEquals("0.0", ticks.valueToString(-1e-17));
        assertEquals("0.05", Ticks.ofSpan(0.3, 6).valueToString(0.05));
        assertEquals("1000", Ticks.ofSpan(5700, 6).valueToString(1000));
        assertEquals("1", Ticks.ofSpan(5.8, 6).valueToString(1));
    }

    @Test
    void layerRunsCoverExactlyTheLayers() {
        assertEquals(List.of(new LayerRun(1, 2), new LayerRun(5, 5)), LayerRun.of(List.of(5, 1, 2)));
        assertEquals("layers 1\u20132, 5", LayerRun.text(List.of(5, 1, 2)));
        assertEquals("layer 7", LayerRun.text(List.of(7)));
        assertEquals("no layer", LayerRun.text(List.of()));
    }

    @Test
    void missingFontsGiveAdvice() {
        for (Throwable failure : List.of(
                new NullPointerException("no head"),
                new InternalError("no config", new RuntimeException("no config")),
                new UnsatisfiedLinkError("no lib"))) {
            SteeringException e = assertThrows(
                    SteeringException.class,
                    () -> Fonts.requireUsable(() -> {
                        throw ChartPartsTest.<RuntimeException>unchecked(failure);
                    }));
            assertEquals(failure, e.getCause());
            assertTrue(e.getMessage().contains(failure.getMessage()), e.getMessage());
            assertTrue(e.getMessage().contains("Install fontconfig and a font such as DejaVu"), e.getMessage());
        }
        String message = assertThrows(SteeringException.class, () -> Fonts.requireUsable(() -> 0.0))
                .getMessage();
        assertTrue(message.startsWith("cannot draw charts: Java found no usable font (text has no width)"), message);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException unchecked(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void writeReplacesAPictureWholeAndNothingElse() throws IOException {
        ChartFiles.write(temporary, "a.svg", "<svg one".getBytes(StandardCharsets.US_ASCII));
        Path file = ChartFiles.write(temporary, "a.svg", "<svg two, longer".getBytes(StandardCharsets.US_ASCII));
        assertEquals("<svg two, longer", Files.readString(file));
        Files.writeString(file, "my notes");
        String message = assertThrows(SteeringException.class, () -> ChartFiles.write(temporary, "a.svg", new byte[1]))
                .getMessage();
        assertTrue(message.contains("it holds something else, a text file"), message);
        assertEquals("my notes", Files.readString(file));
    }

    @Test
    void writeSaysWhichDirectoryOrFileItCannotWrite() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        String message = assertThrows(SteeringException.class, () -> ChartFiles.write(file, "a.png", new byte[1]))
                .getMessage();
        assertTrue(message.startsWith("cannot create the chart directory " + file + ": FileAlreadyExists"), message);

        Files.createDirectories(temporary.resolve("a.png/full"));
        message = assertThrows(SteeringException.class, () -> ChartFiles.write(temporary, "a.png", new byte[1]))
                .getMessage();
        assertTrue(message.startsWith("cannot write " + temporary.resolve("a.png")), message);
        try (var left = Files.list(temporary)) {
            assertEquals(2, left.count(), "no temporary file may stay");
        }
    }
}
