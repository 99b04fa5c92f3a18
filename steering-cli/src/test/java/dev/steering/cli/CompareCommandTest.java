package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code steer compare} on the demo model, as a user types it. */
class CompareCommandTest {
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private static String bundle = "";
    private static String vector = "";
    private static Path whole = Path.of("");
    private static JsonNode results = JSON.createObjectNode();

    @BeforeAll
    static void compareOnce() throws IOException {
        DemoVector made = DemoVector.in(shared);
        bundle = made.bundle();
        vector = made.vector();
        whole = shared.resolve("whole");
        compare(whole, List.of()).assertSucceeds();
        results = JSON.readTree(whole.resolve("results.json").toFile());
    }

    private static List<String> line(Path output) {
        List<String> line = new ArrayList<>(List.of("compare", "--model", bundle, "--vector", vector));
        line.addAll(List.of("--methods", "default,prompt,scans,self-cd,random"));
        line.addAll(List.of("--strengths", "scans=0.25,1", "--strengths", "self-cd=2.5", "--strengths", "random=1"));
        line.addAll(List.of("--development", "safe=" + PROMPTS.resolve("calibration-safe.txt") + "@comply"));
        line.addAll(List.of("--development", "harmful=" + PROMPTS.resolve("calibration-harmful.txt") + "@refuse"));
        line.addAll(List.of("--test", "safe=" + PROMPTS.resolve("test-safe.csv") + "@comply"));
        line.addAll(List.of("--test", "harmful=" + PROMPTS.resolve("test-harmful.csv") + "@refuse"));
        line.addAll(List.of("--harmful", PROMPTS.resolve("anchors-harmful.txt").toString()));
        line.addAll(
                List.of("--harmless", PROMPTS.resolve("anchors-harmless.txt").toString()));
        line.addAll(List.of("--jailbreaks", "prefix,multi-turn", "--jailbreak-limit", "3", "--draws", "2"));
        line.addAll(List.of("--limit", "8", "--development-tokens", "8", "--max-new-tokens", "12", "--batch", "8"));
        line.addAll(List.of("--other-judges", "xstest", "--cost-rounds", "0", "--resamples", "100"));
        line.addAll(List.of("-o", output.toString()));
        return line;
    }

    private static CommandRun compare(Path output, List<String> more) {
        List<String> line = line(output);
        line.addAll(more);
        return steer(line.toArray(String[]::new));
    }

    private static JsonNode method(String name) {
        for (JsonNode method : results.path("methods")) {
            if (method.path("name").asText().equals(name)) {
                return method;
            }
        }
        throw new AssertionError(name);
    }

    /** Every number with the command that makes it: what they make is what is there. */
    @Test
    void theCommandsMakeTheNumbers() throws IOException {
        JsonNode scans = method("scans");
        int run = 0;
        for (JsonNode figures : List.of(
                scans.at("/curve/0"),
                scans.path("test"),
                method("self-cd").path("test"),
                method("random").path("test"))) {
            Path output = directory.resolve("reproduced" + run++);
            String command = figures.path("reproduce").asText();
            assertTrue(command.startsWith("steer eval ") && command.endsWith(" -o reproduced"), command);
            List<String> words = new ArrayList<>(List.of(command.split(" ")));
            words.set(words.size() - 1, output.toString());
            words.add("--json");
            CommandRun eval =
                    steer(words.subList(1, words.size()).toArray(String[]::new)).assertSucceeds();
            JsonNode methods = JSON.readTree(eval.out()).path("methods");
            assertEquals(refused(figures.path("sets")), refused(methods.get(1).path("sets")), command);
        }
        assertTrue(results.path("reproduce").asText().startsWith("steer compare --model "));
    }

    private static Map<String, String> refused(JsonNode sets) {
        Map<String, String> refused = new TreeMap<>();
        sets.forEach(set -> refused.put(set.path("set").asText(), set.path("refused") + " of " + set.path("n")));
        return refused;
    }

    @Test
    void theTableHasBothSidesJailbreaksAndBrokenAnswers() throws IOException {
        String report = Files.readString(whole.resolve("comparison.md"));
        assertTrue(
                report.contains("| method | strength | safe: over-refusal | harmful: refusal | jailbreak: refusal |"
                        + " empty, repetitive, cut | KL | contexts | over-refusal over all sets, drawn again |"),
                report);
        assertEquals(5, Files.readAllLines(whole.resolve("table.csv")).size() - 1);
        assertEquals(1 + 5 * 4, Files.readAllLines(whole.resolve("sets.csv")).size());
        assertEquals(
                1 + 1 + 1 + 2 + 1 + 1,
                Files.readAllLines(whole.resolve("curves.csv")).size());
        assertEquals("anchors", method("scans").at("/redrawn/what").asText());
        assertEquals("seed", method("random").at("/redrawn/what").asText());
        assertTrue(method("prompt").path("redrawn").isNull());
        assertEquals(1, method("scans").path("judges").size());
        assertTrue(Files.size(whole.resolve("charts/trade-off.svg")) > 1000);
    }

    /** From what lies on the disk the same pictures are drawn, and with the divergence beside the refusals where it was measured. */
    @Test
    void theCurvesAreDrawnAgainAndWithWhatTheyCost() throws IOException {
        Path drawn = directory.resolve("drawn");
        steer("chart", whole.toString(), "-o", drawn.toString()).assertSucceeds();
        for (String name : List.of("trade-off.csv", "method-curves.csv", "method-curves.png")) {
            assertArrayEquals(
                    Files.readAllBytes(whole.resolve("charts").resolve(name)),
                    Files.readAllBytes(drawn.resolve(name)),
                    name);
        }
        String before = Files.readString(drawn.resolve("development/dose-response-scans.csv"));
        assertFalse(before.contains("KL"), before);
        Path measured = directory.resolve("measured");
        compare(measured, List.of("--curve-kl")).assertSucceeds();
        steer("chart", measured.toString(), "-o", directory.resolve("again").toString())
                .assertSucceeds();
        List<String> rows = Files.readAllLines(directory.resolve("again/development/dose-response-scans.csv")).stream()
                .filter(row -> row.contains("KL per token"))
                .toList();
        assertEquals(2, rows.size(), "a row for each strength");
        for (String row : rows) {
            String[] fields = row.split(",", -1);
            double value = Double.parseDouble(fields[5].isEmpty() ? fields[4] : fields[5]);
            double low = Double.parseDouble(fields[fields.length - 2]);
            double high = Double.parseDouble(fields[fields.length - 1]);
            assertTrue(0 < low && low <= value && value <= high, row);
        }
        assertEquals(
                Files.readString(whole.resolve("development/results.jsonl")),
                Files.readString(measured.resolve("development/results.jsonl")),
                "answers are the same");
        JsonNode json = JSON.readTree(measured.resolve("results.json").toFile());
        assertTrue(json.at("/methods/0/curve/0/reproduce").asText().contains(" --kl "));
    }

    @Test
    void aFileOfOptionsIsTheSameCommandAndTheCommandLineWins() throws IOException {
        ObjectNode config = JSON.createObjectNode();
        List<String> line = line(Path.of("elsewhere"));
        for (int i = 1; i < line.size(); i += 2) {
            String key = line.get(i).replaceFirst("^-+", "");
            if (config.has(key)) {
                config.withArray(key).add(line.get(i + 1));
            } else if (List.of("strengths", "development", "test").contains(key)) {
                ArrayNode array = config.putArray(key);
                array.add(line.get(i + 1));
            } else {
                config.put(key, line.get(i + 1));
            }
        }
        config.remove("strengths");
        ObjectNode strengths = config.putObject("strengths");
        strengths.putArray("scans").add(0.25).add(1);
        strengths.put("self-cd", "2.5").put("random", 1);
        config.put("limit", 8).put("allow-overlap", false);
        Path file = directory.resolve("config.json");
        Files.writeString(file, config.toString());
        Path output = directory.resolve("again");
        steer("compare", "--config", file.toString(), "-o", output.toString()).assertSucceeds();
        for (String name : List.of("table.csv", "sets.csv", "curves.csv", "tests.csv")) {
            assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(output.resolve(name)), name);
        }
        assertEquals(
                withoutCommands(results),
                withoutCommands(JSON.readTree(output.resolve("results.json").toFile())));

        Files.writeString(file, "{\"metods\": [\"default\"]}");
        steer("compare", "--config", file.toString())
                .assertWrongUsage(
                        file + " names an option 'metods', which steer compare does not have. Near to it: methods,");
        Files.writeString(file, "{\"limit\": null}");
        steer("compare", "--config", file.toString())
                .assertWrongUsage("gives --limit the value null, expected a text or a number");
        Files.writeString(file, "[]");
        steer("compare", "--config", file.toString()).assertWrongUsage("must hold one JSON object");
        Files.writeString(file, "{\"limit\": 1, \"limit\": 2}");
        steer("compare", "--config", file.toString()).assertWrongUsage("Duplicate field 'limit'");
        Files.writeString(file, "{\"limit\": 1} {\"limit\": 2}");
        steer("compare", "--config", file.toString()).assertWrongUsage("there is something behind the end");
        Path yaml = Files.writeString(directory.resolve("config.yaml"), "limit: 1\nlimit: 2\n");
        steer("compare", "--config", yaml.toString()).assertWrongUsage("Duplicate field 'limit'");
        Files.writeString(file, "{");
        steer("compare", "--config", file.toString()).assertWrongUsage("is not JSON");
    }

    private static String withoutCommands(JsonNode node) {
        JsonNode copy = node.deepCopy();
        copy.findParents("reproduce").forEach(parent -> ((ObjectNode) parent).remove("reproduce"));
        return copy.toString();
    }

    /** Whole again, and in the same directory: nothing is answered anew, and the bytes are the same. */
    @Test
    void twoRunsGiveTheSameBytes() throws IOException {
        Path output = directory.resolve("second");
        compare(output, List.of()).assertSucceeds();
        for (String name : List.of(
                "results.json",
                "comparison.md",
                "table.csv",
                "development/answers.jsonl",
                "test/answers.jsonl",
                "redrawn/answers.jsonl",
                "test/utility.jsonl",
                "charts/trade-off.svg")) {
            assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(output.resolve(name)), name);
        }
        byte[] timings = Files.readAllBytes(output.resolve("test/timings.jsonl"));
        compare(output, List.of()).assertSucceeds();
        assertArrayEquals(timings, Files.readAllBytes(output.resolve("test/timings.jsonl")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--strengths magic=1 | There is no method 'magic'",
                "--strengths scans=much | expected a number of at least 0, found 'much'",
                "--strengths scans | expected METHOD=STRENGTH,STRENGTH",
                "--strengths add=1 | Strengths are given for add, which is not among the methods",
                "--strengths prompt=1 | The method prompt has no strength, but strengths are given for it",
                "--harmful-refusal 2 | must be from 0 to 1, found 2.0",
                "--other-judges nobody | there is no list 'nobody'",
                "--jailbreaks spell | there is no frame and no file 'spell'",
            })
    void wrongOptionsAreSaid(String options, String message) {
        List<String> line = line(directory.resolve("out"));
        int jailbreaks = line.indexOf("--jailbreaks");
        if (options.startsWith("--jailbreaks") || options.startsWith("--other-judges")) {
            int at = options.startsWith("--jailbreaks") ? jailbreaks : line.indexOf("--other-judges");
            line.remove(at);
            line.remove(at);
        }
        line.addAll(List.of(options.split(" ")));
        steer(line.toArray(String[]::new)).assertWrongUsage(message);
        assertFalse(Files.exists(directory.resolve("out/run.json")));
    }

    @Test
    void anchorsAreGivenInPairs() {
        List<String> line = line(directory.resolve("out"));
        int harmless = line.indexOf("--harmless");
        line.remove(harmless);
        line.remove(harmless);
        steer(line.toArray(String[]::new)).assertWrongUsage("give both, or neither");
    }
}
