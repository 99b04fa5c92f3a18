package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodRegistry;
import dev.steering.viz.internal.MethodMark;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartCommandTest {
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");

    @TempDir
    private static Path shared;

    private static DemoVector demo;

    @TempDir
    private Path directory;

    @BeforeAll
    static void extract() {
        demo = DemoVector.in(shared);
    }

    private String in(String name) {
        return directory.resolve(name).toString();
    }

    private static Set<String> names(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static String at(String set, String file, String expected) {
        return set + "=" + PROMPTS.resolve(file) + "@" + expected;
    }

    @Test
    void aPapersColumnHasItsSizeInEveryFormat() throws IOException {
        CommandRun run = steer("chart", demo.vector(), "-o", in("c"), "--size", "column", "--no-title", "--pixels", "2")
                .assertSucceeds();
        BufferedImage image =
                ImageIO.read(directory.resolve("c/separability.png").toFile());
        assertEquals(990, image.getWidth(), 1, "3.3 inches of 300 pixels");
        for (String suffix : List.of("png", "svg", "pdf", "csv")) {
            assertTrue(run.out().contains(directory.resolve("c/separability." + suffix) + "\n"), run.out());
        }
        assertTrue(Files.readString(directory.resolve("c/separability.csv")).startsWith("x axis,y axis,series,x,y"));
        String svg = Files.readString(directory.resolve("c/separability.svg"));
        assertFalse(svg.contains(">model: "), "no title");
        byte[] before = Files.readAllBytes(directory.resolve("c/separability.pdf"));
        steer("chart", demo.vector(), "-o", in("c"), "--size", "column", "--no-title", "--pixels", "2")
                .assertSucceeds();
        assertEquals(
                List.of(before.length), List.of(Files.readAllBytes(directory.resolve("c/separability.pdf")).length));
    }

    @Test
    void anEvaluationAndASweepAreDrawnAsTheyLie() throws IOException {
        String evaluation = in("evaluation");
        steer(
                        "eval",
                        "--methods",
                        "default,scans",
                        "--model",
                        demo.bundle(),
                        "--vector",
                        demo.vector(),
                        "--max-new-tokens",
                        "6",
                        "--limit",
                        "8",
                        "-o",
                        evaluation,
                        "--dataset",
                        at("safe", "test-safe.csv", "comply"),
                        "--dataset",
                        at("harmful", "test-harmful.csv", "refuse"))
                .assertSucceeds();
        steer("chart", evaluation, "-o", in("e"), "--dark").assertSucceeds();
        assertEquals(
                Set.of("refusal-rates.png", "refusal-rates.svg", "refusal-rates.pdf", "refusal-rates.csv"),
                names(directory.resolve("e")));
        String csv = Files.readString(directory.resolve("e/refusal-rates.csv"));
        assertTrue(csv.contains("\nscans,safe: over-refusal,"), csv);
        String sweep = in("sweep");
        steer(
                        "sweep",
                        "--layers",
                        "4",
                        "--layers",
                        "5",
                        "--alphas",
                        "0.25,0.5",
                        "--scale",
                        "raw",
                        "--model",
                        demo.bundle(),
                        "--vector",
                        demo.vector(),
                        "--max-new-tokens",
                        "6",
                        "--limit",
                        "8",
                        "-o",
                        sweep,
                        "--dev",
                        at("safe", "calibration-safe.txt", "comply"),
                        "--dev",
                        at("harmful", "calibration-harmful.txt", "refuse"),
                        "--too-long",
                        "skip",
                        "--test",
                        at("safe", "test-safe.csv", "comply"),
                        "--test",
                        at("harmful", "test-harmful.csv", "refuse"))
                .assertSucceeds();
        steer("chart", sweep, "-o", in("s"), "--size", "page").assertSucceeds();
        try (Stream<Path> all = Files.walk(directory.resolve("s"))) {
            List<String> drawn = all.map(
                            file -> directory.resolve("s").relativize(file).toString())
                    .toList();
            assertTrue(drawn.contains("test/refusal-rates.pdf"), drawn.toString());
            for (String name : List.of(
                    "dose-response-layers-4.pdf",
                    "dose-response-layers-5.csv",
                    "strength-map-safe.png",
                    "strength-map-harmful.svg")) {
                assertEquals(
                        1, drawn.stream().filter(file -> file.endsWith(name)).count(), drawn.toString());
            }
            long complete = 0;
            for (String file : drawn.stream()
                    .filter(name -> name.matches(".*dose-response.*csv"))
                    .toList()) {
                String numbers = Files.readString(directory.resolve("s").resolve(file));
                long refused = numbers.lines()
                        .filter(row -> row.contains("safe: over-refusal"))
                        .count();
                long cost = numbers.lines()
                        .filter(row -> row.contains("KL per token"))
                        .count();
                assertEquals(4, refused, "two strengths, both signs");
                assertTrue(cost <= 4, numbers);
                complete += cost == 4 ? 1 : 0;
            }
            assertTrue(complete >= 1, "the recommended layers' divergence is known at every strength");
        }
    }

    @Test
    void calibrationIsDrawn() throws IOException {
        steer(
                        "layers",
                        demo.vector(),
                        "--model",
                        demo.bundle(),
                        "--harmful",
                        PROMPTS.resolve("calibration-harmful.txt").toString(),
                        "--harmless",
                        PROMPTS.resolve("calibration-safe.txt").toString(),
                        "--limit",
                        "8",
                        "-o",
                        in("v.safetensors"),
                        "--charts",
                        in("l"),
                        "--validate",
                        "--validate-tokens",
                        "1")
                .assertSucceeds();
        Set<String> names = names(directory.resolve("l"));
        assertTrue(
                names.containsAll(Set.of("scores.png", "roc.csv", "planes.pdf", "layer-effects.svg")),
                names.toString());
        String effects = Files.readString(directory.resolve("l/layer-effects.csv"));
        assertEquals(1 + 2 * 2 * 6, effects.lines().count(), effects);
    }

    @Test
    void whatCannotBeDrawnIsSaid() throws IOException {
        steer("chart", demo.vector(), "-o", in("x"), "--font-size", "3")
                .assertWrongUsage("--font-size: The font size is 3.0, expected 4.0 to 40.0 points.");
        steer("chart", demo.vector(), "-o", in("x"), "--pixels", "3")
                .assertWrongUsage("--pixels: The pixels are 3, expected 1 or 2.");
        steer("chart", demo.vector(), "-o", in("x"), "--size", "poster").assertWrongUsage("--size");
        steer("chart", demo.vector(), "-o", in("x"), "--show").assertFails("There is no display to open a window on");
        assertFalse(Files.exists(directory.resolve("x")), "said before anything is drawn");
        Path empty = Files.createDirectory(directory.resolve("empty"));
        steer("chart", empty.toString(), "-o", in("x")).assertFails(empty + " holds nothing to report");
    }

    /** One colour and mark by name: a new method gets one, too. */
    @Test
    void everyMethodHasALook() {
        List<String> methods = MethodRegistry.all().stream()
                .filter(method -> method.getClass().getPackageName().startsWith("dev.steering.apply"))
                .map(MethodDefinition::name)
                .toList();
        assertTrue(methods.size() > 10, methods.toString());
        assertTrue(MethodMark.names().containsAll(methods), methods + " in " + MethodMark.names());
    }
}
