package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.Toolkit;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer chart --show} in a process of its own: with a display (Xvfb, where it is installed), and with one that does not answer. */
@EnabledOnOs(OS.LINUX)
class ChartWindowTest {
    @TempDir
    private static Path shared;

    private static DemoVector demo;

    @TempDir
    private Path directory;

    @BeforeAll
    static void extract() {
        demo = DemoVector.in(shared);
    }

    /** How much of the display is lit: with a window on the black screen of Xvfb, most of it. */
    public static final class Lit {
        private Lit() {}

        public static void main(String[] args) throws Exception {
            BufferedImage screen = new Robot()
                    .createScreenCapture(
                            new Rectangle(Toolkit.getDefaultToolkit().getScreenSize()));
            int lit = 0;
            for (int x = 0; x < screen.getWidth(); x++) {
                for (int y = 0; y < screen.getHeight(); y++) {
                    lit += (screen.getRGB(x, y) & 0xFFFFFF) == 0 ? 0 : 1;
                }
            }
            System.exit(2 * lit > screen.getWidth() * screen.getHeight() ? 0 : 1);
        }
    }

    private Process start(String display, String main, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", main));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out.txt").toFile());
        SteerProcess.setClassPath(builder);
        builder.environment().put("DISPLAY", display);
        return builder.start();
    }

    private static int end(Process process) throws InterruptedException {
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        return process.exitValue();
    }

    private String said() throws Exception {
        return Files.readString(directory.resolve("out.txt"));
    }

    @Test
    void aDisplayThatDoesNotAnswerIsNoneAndNoReasonNotToDraw() throws Exception {
        String charts = directory.resolve("charts").toString();
        Process window = start(":4711", "dev.steering.cli.Steer", "chart", demo.vector(), "-o", charts, "--show");
        assertEquals(1, end(window), said());
        assertTrue(said().startsWith("steer: There is no display to open a window on: expected"), said());
        assertEquals(1, said().lines().count(), said());
        assertFalse(Files.exists(Path.of(charts)), "said before anything is drawn");
        assertEquals(0, end(start(":4711", "dev.steering.cli.Steer", "chart", demo.vector(), "-o", charts)), said());
        assertTrue(Files.exists(Path.of(charts, "refusal-score.png")));
    }

    @Test
    @Tag("browser")
    void theWindowIsOpenUntilItIsClosed() throws Exception {
        assertTrue(
                Arrays.stream(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "Xvfb"))),
                "Xvfb is not installed: src/test/browser/install.sh does it");
        Path number = directory.resolve("display.txt");
        Process server = new ProcessBuilder(
                        "sh", "-c", "exec Xvfb -displayfd 1 -screen 0 1240x840x24 2>/dev/null >" + number)
                .start();
        try {
            for (int i = 0; i < 200 && (!Files.exists(number) || Files.readString(number).isBlank()); i++) {
                Thread.sleep(50);
            }
            String display = ":" + Files.readString(number).strip();
            assertEquals(1, end(start(display, Lit.class.getName())), "a dark screen");
            Process steer = start(
                    display,
                    "dev.steering.cli.Steer",
                    "chart",
                    demo.vector(),
                    "-o",
                    directory.resolve("shown").toString(),
                    "--show");
            try {
                int dark = 1;
                for (int i = 0; i < 40 && dark != 0; i++) {
                    Thread.sleep(500);
                    assertTrue(steer.isAlive(), "it ended by itself");
                    dark = end(start(display, Lit.class.getName()));
                }
                assertEquals(0, dark, "no window");
            } finally {
                steer.destroy();
                assertTrue(steer.waitFor(30, TimeUnit.SECONDS));
            }
        } finally {
            server.destroy();
            assertTrue(server.waitFor(30, TimeUnit.SECONDS));
        }
    }
}
