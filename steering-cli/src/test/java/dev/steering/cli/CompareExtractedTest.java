package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer compare} with vectors that it extracts itself, on the demo model. */
class CompareExtractedTest {
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METHODS =
            "default,scans,surgical,partial-or,alphasteer,adasteer,adacd,self-cd,subtract,ablate,random";
    private static final List<String> VECTORS =
            List.of("surgical.safetensors", "alphasteer.safetensors", "adasteer.safetensors", "run.json");

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private static String bundle = "";
    private static String vector = "";
    private static Path safe = Path.of("");
    private static Path refused = Path.of("");
    private static Path whole = Path.of("");
    private static JsonNode results = JSON.createObjectNode();

    @BeforeAll
    static void compareOnce() throws IOException {
        DemoVector made = DemoVector.in(shared);
        bundle = made.bundle();
        vector = made.vector();
        List<String> questions = Files.readAllLines(PROMPTS.resolve("calibration-safe.txt"));
        safe = Files.write(shared.resolve("safe.txt"), questions.subList(0, 20));
        refused = Files.write(shared.resolve("refused.txt"), questions.subList(20, 60));
        whole = shared.resolve("whole");
        compare(whole, METHODS, line -> {}).assertSucceeds();
        results = JSON.readTree(whole.resolve("results.json").toFile());
    }

    private interface Change {
        void change(List<String> line);
    }

    private static CommandRun compare(Path output, String methods, Change change) {
        List<String> line = new ArrayList<>(List.of("compare", "--model", bundle, "--vector", vector));
        line.addAll(List.of("--methods", methods));
        line.addAll(List.of("--development", "safe=" + safe + "@comply"));
        line.addAll(List.of("--development", "harmful=" + PROMPTS.resolve("calibration-harmful.txt") + "@refuse"));
        line.addAll(List.of("--test", "safe=" + PROMPTS.resolve("test-safe.csv") + "@comply"));
        line.addAll(List.of("--test", "harmful=" + PROMPTS.resolve("test-harmful.csv") + "@refuse"));
        line.addAll(List.of("--harmful", PROMPTS.resolve("anchors-harmful.txt").toString()));
        line.addAll(
                List.of("--harmless", PROMPTS.resolve("anchors-harmless.txt").toString()));
        line.addAll(List.of("--over-refused", refused.toString(), "--set", "lambda=0.5"));
        line.addAll(List.of("--jailbreaks", "prefix", "--jailbreak-limit", "2", "--draws", "1", "--limit", "4"));
        line.addAll(List.of("--development-tokens", "4", "--max-new-tokens", "8", "--batch", "8"));
        line.addAll(List.of("--cost-rounds", "0", "--resamples", "50", "-o", output.toString()));
        change.change(line);
        return steer(line.toArray(String[]::new));
    }

    private static void without(List<String> line, String... options) {
        for (String option : options) {
            int at = line.indexOf(option);
            line.remove(at);
            line.remove(at);
        }
    }

    private static JsonNode method(String name) {
        for (JsonNode method : results.path("methods")) {
            if (method.path("name").asText().equals(name)) {
                return method;
            }
        }
        throw new AssertionError(name);
    }

    /** What a command says, with its output in another directory. */
    private static List<String> words(String command, String from, Path to) {
        List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
        words.replaceAll(word -> word.startsWith(from) ? to.resolve(word).toString() : word);
        return words.subList(1, words.size());
    }

    @Test
    void everyMethodSaysItsVectorAndTheCommandMakesIt() throws IOException {
        assertEquals(11, results.path("methods").size());
        assertEquals(vector, method("scans").at("/vector/file").asText());
        assertTrue(method("scans").at("/vector/extract").isNull());
        assertTrue(method("adacd").path("vector").isNull());
        assertEquals(method("surgical").path("vector"), method("partial-or").path("vector"));
        String report = Files.readString(whole.resolve("comparison.md"));
        for (String name : List.of("surgical", "alphasteer", "adasteer")) {
            String file = "vectors/" + name + ".safetensors";
            String command = method(name).at("/vector/extract").asText();
            assertEquals(file, method(name).at("/vector/file").asText());
            assertTrue(command.endsWith(" -o " + file), command);
            assertTrue(report.contains("    " + command + "\n"), report);
            Files.createDirectories(directory.resolve("vectors"));
            steer(words(command, "vectors/", directory).toArray(String[]::new)).assertSucceeds();
            assertArrayEquals(
                    Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(directory.resolve(file)), command);
        }
    }

    @Test
    void theCommandsOfTheFiguresSteerByThem() throws IOException {
        int run = 0;
        for (String name : List.of("surgical", "partial-or", "alphasteer", "adasteer", "subtract")) {
            JsonNode figures = method(name).path("test");
            List<String> words = words(figures.path("reproduce").asText(), "vectors/", whole);
            words.set(words.size() - 1, directory.resolve("run" + run++).toString());
            words.add("--json");
            CommandRun eval = steer(words.toArray(String[]::new)).assertSucceeds();
            JsonNode methods = JSON.readTree(eval.out()).path("methods");
            assertEquals(refused(figures.path("sets")), refused(methods.get(1).path("sets")), name);
        }
    }

    private static Map<String, String> refused(JsonNode sets) {
        Map<String, String> refused = new TreeMap<>();
        sets.forEach(set -> refused.put(set.path("set").asText(), set.path("refused") + " of " + set.path("n")));
        return refused;
    }

    @Test
    void whatWasNotDrawnAgainIsSaid() throws IOException {
        assertTrue(results.path("notes")
                .toString()
                .contains("The anchors of surgical, partial-or, alphasteer, adasteer were not drawn again"));
        assertEquals("anchors", method("scans").at("/redrawn/what").asText());
        assertTrue(method("surgical").path("redrawn").isNull());
    }

    /** Stopped between two vectors, as a kill leaves it: those there are stay, the others come, and all bytes are the same. */
    @Test
    void aStoppedRunGoesOnToTheSameBytes() throws IOException {
        Path output = directory.resolve("stopped");
        Files.createDirectories(output.resolve("vectors"));
        for (String name : List.of("run.json", "surgical.safetensors")) {
            Files.copy(
                    whole.resolve("vectors").resolve(name),
                    output.resolve("vectors").resolve(name));
        }
        CommandRun run = compare(output, METHODS, line -> {}).assertSucceeds();
        assertTrue(run.out().contains("surgical.safetensors is there already."), run.out());
        assertTrue(run.out().contains("Extracting"), run.out());
        for (String name : VECTORS) {
            assertSame("vectors/" + name, output);
        }
        for (String name :
                List.of("results.json", "comparison.md", "development/answers.jsonl", "test/answers.jsonl")) {
            assertSame(name, output);
        }
        Path others = Files.write(
                directory.resolve("others.txt"), Files.readAllLines(refused).subList(0, 30));
        compare(output, METHODS, line -> line.set(line.indexOf("--over-refused") + 1, others.toString()))
                .assertFails("holds a run with other settings");
    }

    private static void assertSame(String name, Path output) throws IOException {
        assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(output.resolve(name)), name);
    }

    @Test
    void withoutAVectorTheMeanDifferenceIsExtracted() throws IOException {
        Path output = directory.resolve("plain");
        compare(output, "subtract", line -> {
                    without(line, "--vector", "--over-refused", "--set");
                    line.addAll(List.of("--layers", "4,5", "--alpha", "0.25", "--strengths", "subtract=0.25"));
                })
                .assertSucceeds();
        JsonNode subtract =
                JSON.readTree(output.resolve("results.json").toFile()).at("/methods/1");
        assertEquals(
                "vectors/mean-difference.safetensors",
                subtract.at("/vector/file").asText());
        assertEquals("anchors", subtract.at("/redrawn/what").asText());
        compare(directory.resolve("unplaced"), "scans", line -> without(line, "--vector", "--over-refused", "--set"))
                .assertFails("anchor its layers first");
    }

    @Test
    void whatIsMissingIsSaid() {
        Path output = directory.resolve("out");
        compare(output, "surgical", line -> without(line, "--over-refused"))
                .assertWrongUsage(
                        "The method surgical needs a vector of 'steer extract --method surgical', which the given"
                                + " one is not: give --over-refused FILE to have it extracted, or name one as in surgical@VECTOR.");
        compare(output, "alphasteer", line -> without(line, "--harmful", "--harmless", "--over-refused", "--set"))
                .assertWrongUsage("give --harmful FILE and --harmless FILE to have it extracted");
        compare(
                        output,
                        "scans",
                        line -> without(line, "--vector", "--harmful", "--harmless", "--over-refused", "--set"))
                .assertWrongUsage(
                        "The method scans needs a steering vector: give --vector VECTOR, or --harmful FILE and"
                                + " --harmless FILE to have one extracted.");
        compare(output, "scans", line -> without(line, "--set"))
                .assertWrongUsage("--over-refused is what a vector for surgical or partial-or is extracted from");
        compare(output, "self-cd", line -> without(line, "--vector", "--over-refused", "--set"))
                .assertWrongUsage("no method needs one that has none of its own");
        assertFalse(Files.exists(output));
    }

    @Test
    void whatWasLearnedFromIsNotAsked() {
        compare(
                        directory.resolve("leak"),
                        "surgical",
                        line -> line.set(line.indexOf("--over-refused") + 1, safe.toString()))
                .assertFails("are among the prompts that the vector was extracted from");
    }
}
