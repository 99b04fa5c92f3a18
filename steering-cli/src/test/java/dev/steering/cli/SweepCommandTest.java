package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.core.vector.OperatingPoint.SetFigures;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code steer sweep} on the demo model, as a user types it. */
class SweepCommandTest {
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");
    private static final int LIMIT = 14;
    private static final List<String> GRID =
            List.of("--layers", "5", "--layers", "4-5", "--scale", "raw", "--alphas", "0.5,0.25");

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private static String bundle = "";
    private static String vector = "";
    private static Path whole = Path.of("");
    private static String printed = "";

    @BeforeAll
    static void sweepOnce() {
        DemoVector made = DemoVector.in(shared);
        bundle = made.bundle();
        vector = made.vector();
        whole = shared.resolve("whole");
        printed = sweep(whole, GRID).assertSucceeds().out();
    }

    private static List<String> splits() {
        return List.of(
                "--dev",
                "safe=" + PROMPTS.resolve("calibration-safe.txt") + "@comply",
                "--dev",
                "harmful=" + PROMPTS.resolve("calibration-harmful.txt") + "@refuse",
                "--test",
                "safe=" + PROMPTS.resolve("test-safe.csv") + "@comply",
                "--test",
                "harmful=" + PROMPTS.resolve("test-harmful.csv") + "@refuse");
    }

    private static CommandRun sweep(Path output, List<String> more) {
        return sweep(output, vector, splits(), more);
    }

    private static CommandRun sweep(Path output, String vectorFile, List<String> prompts, List<String> more) {
        List<String> line = new ArrayList<>(List.of("sweep", "--model", bundle, "--vector", vectorFile));
        line.addAll(prompts);
        line.addAll(List.of("--limit", "" + LIMIT, "--dev-tokens", "8", "--max-new-tokens", "12", "--batch", "8"));
        line.addAll(List.of("-o", output.toString()));
        line.addAll(more);
        return steer(line.toArray(String[]::new));
    }

    private static Anchoring recommended() {
        SteeringVector read = VectorFile.read(whole.resolve("recommended.safetensors"));
        Anchoring anchoring = read.anchoring();
        assertNotNull(anchoring);
        return anchoring;
    }

    private static OperatingPoint point() {
        OperatingPoint point = recommended().operatingPoint();
        assertNotNull(point);
        return point;
    }

    @Test
    void triesEverySettingAndShowsBothSides() throws IOException {
        List<String> settings = Files.readAllLines(whole.resolve("settings.csv"));
        assertEquals(point().grid().settings(), settings.size() - 1);
        assertTrue(settings.size() > 2 * 2 * 20, "two layer sets, two strengths and every cut point");
        assertEquals(List.of(List.of(5), List.of(4, 5)), point().grid().layerSets());
        assertEquals(List.of(0.25, 0.5), point().grid().alphas());
        assertEquals(1, settings.stream().filter(line -> line.endsWith(",true")).count());
        String report = Files.readString(whole.resolve("sweep.md"));
        for (String text : List.of(
                "| layers, alpha, threshold | safe: over-refusal | harmful: refusal |",
                "Rule: lowest cost = 2.0 x share of harmful prompts not refused",
                "| unsteered | ",
                "| scans | ",
                "| scans, all | ")) {
            assertTrue(report.contains(text), report);
        }
        assertTrue(printed.contains("recommended: layers ") && printed.contains("refused by default only"), printed);
        for (String file : List.of("charts/pareto-front.png", "charts/pareto-front.svg", "test/summary.csv")) {
            assertTrue(Files.size(whole.resolve(file)) > 0, file);
        }
    }

    @Test
    void inspectShowsTheOperatingPoint() {
        String text = steer("inspect", whole.resolve("recommended.safetensors").toString())
                .assertSucceeds()
                .out()
                .replaceAll("\\s+", " ");
        assertTrue(text.contains("layers 5 or 4-5, alphas 0.25, 0.5"), text);
        assertTrue(text.contains("rule lowest cost = 2.0 x"), text);
        for (SetFigures f : point().test()) {
            assertTrue(text.contains(f.set() + " refused " + f.unsteered() + " -> " + f.steered() + " of 14"), text);
        }
        String json = steer(
                        "inspect",
                        "--json",
                        whole.resolve("recommended.safetensors").toString())
                .assertSucceeds()
                .out();
        assertTrue(json.contains("\"operating_point\"") && json.contains("\"should_refuse\":true"), json);
    }

    @Test
    void aRunDoesNotGoOnWithOtherOptions() {
        assertEquals(printed, sweep(whole, GRID).assertSucceeds().out(), "the same command again");
        sweep(whole, List.of("--layers", "5", "--scale", "raw", "--alphas", "0.5,0.25"))
                .assertFails("holds a run with other settings: grid was 'steer 5, classify at");
    }

    @Test
    void updatesTheVectorFileItselfWhenAsked() throws IOException {
        Path copy = Files.copy(Path.of(vector), directory.resolve("own.safetensors"));
        List<String> grid = List.of("--layers", "5", "--scale", "raw", "--alphas", "0.25", "--thresholds", "1.5,2");
        List<String> updating = new ArrayList<>(grid);
        updating.add("--update");
        for (int time = 0; time < 2; time++) {
            String out = sweep(directory.resolve("out"), copy.toString(), splits(), updating)
                    .assertSucceeds()
                    .out();
            assertTrue(out.contains("The recommended setting is in " + copy + " too;"), out);
            assertEquals(
                    VectorFile.read(Path.of(vector)), VectorFile.read(directory.resolve("out/previous.safetensors")));
        }
        assertEquals(VectorFile.read(directory.resolve("out/recommended.safetensors")), VectorFile.read(copy));
        assertEquals(
                3, Files.readAllLines(directory.resolve("out/settings.csv")).size(), "two thresholds");
    }

    @Test
    void aVectorIsNotUpdatedIfSteeringDoesNotPay() throws IOException {
        Path copy = Files.copy(Path.of(vector), directory.resolve("own.safetensors"));
        List<String> feeble = List.of("--layers", "0", "--scale", "raw", "--alphas", "0.0001", "--update");
        sweep(directory.resolve("out"), copy.toString(), splits(), feeble)
                .assertFails(copy + " was not updated. Steering does not pay here: the unsteered model's cost of ");
        assertArrayEquals(Files.readAllBytes(Path.of(vector)), Files.readAllBytes(copy));
        assertTrue(Files.readString(directory.resolve("out/sweep.md")).contains("Steering does not pay here"));
    }

    @Test
    void promptsAreNotUsedTwice() {
        List<String> shared = splits().stream()
                .map(text -> text.replace("calibration-safe.txt", "test-safe.csv"))
                .toList();
        sweep(directory.resolve("out"), vector, shared, GRID)
                .assertFails("14 of the 28 test prompts are among the development prompts, such as \"");
        List<String> oneSided = splits().stream()
                .map(text -> text.replace("@refuse", "@comply"))
                .collect(Collectors.toList());
        sweep(directory.resolve("out"), vector, oneSided, GRID)
                .assertFails("The development prompts hold none that should be refused");
        assertFalse(Files.exists(directory.resolve("out")));
    }

    @Test
    void aVectorHasToBeAnchoredAndOfTheModel() throws IOException {
        String raw = shared.resolve("raw.safetensors").toString();
        sweep(directory.resolve("out"), raw, splits(), GRID).assertFails("First run: steer layers " + raw);
        Path own = whole.resolve("recommended.safetensors");
        sweep(whole, own.toString(), splits(), GRID).assertFails("is the file that this sweep would write");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--layers 6 | Layer 6 is out of range: the model has layers 0 to 5.",
                "--layers 5 --classifier-layers 9 | Layer 9 is out of range",
                "--alphas -1 | A strength must be above 0, found -1.0",
                "--alphas 0 | A strength must be above 0",
                "--alphas 1,1 | The strength '1.0' is there twice",
                "--alphas NaN | expected a number such as 0.5, found 'NaN'",
                "--layers 5 --layers 5 | The layer set 'steer 5, classify at",
                "--scale raw | give --alphas with --scale raw",
                "--harmful-weight 0 | The weight of harmful prompts must be a number above 0",
                "--thresholds Infinity | expected a number such as 0.5",
                "--judge nobody | There is no judge 'nobody'",
                "--repetition-penalty 0.5 | --repetition-penalty cannot be used"
            })
    void whatCannotBeDoneIsSaid(String options, String message) {
        sweep(directory.resolve("out"), List.of(options.split(" "))).assertFails(message);
        assertFalse(Files.exists(directory.resolve("out/answers.jsonl")));
    }

    @Test
    void aWrongCommandLineIsSaid() {
        steer("sweep", "--model", bundle, "--vector", vector, "-o", directory.toString())
                .assertWrongUsage("Missing required options: '--dev=");
        sweep(directory.resolve("out"), List.of("--alphas", "much")).assertWrongUsage("--alphas");
        sweep(directory.resolve("out"), List.of("--layers", "5-3")).assertWrongUsage("runs backwards");
    }
}
