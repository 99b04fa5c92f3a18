package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command gives the README's table. */
@Tag("slow")
class DemoTest {
    private static final Pattern COUNT = Pattern.compile("(\\d+)/(\\d+)");

    /** Other processors add in another order, and a greedy answer can turn on the last bit. */
    private static final int TOLERANCE = 3;

    @TempDir
    private Path directory;

    @Test
    void theReadmeShowsWhatTheDemoFinds() throws IOException {
        CommandRun run = CommandRun.steer("demo", "-o", directory.toString()).assertSucceeds();
        Map<String, List<Integer>> promised = counts(Path.of("../README.md"));
        Map<String, List<Integer>> found = counts(directory.resolve("evaluation/summary.md"));
        assertEquals(
                List.of("default", "prompt", "subtract", "scans", "self-cd", "random"), List.copyOf(found.keySet()));
        assertEquals(found.keySet(), promised.keySet());
        found.forEach((method, counts) -> {
            List<Integer> expected = promised.getOrDefault(method, List.of());
            assertEquals(expected.size(), counts.size(), method);
            for (int i = 0; i < counts.size(); i++) {
                int difference = counts.get(i) - expected.get(i);
                assertTrue(Math.abs(difference) <= TOLERANCE, method + ": " + counts + ", not " + expected);
            }
        });
        assertTrue(run.out().contains("> ") && run.out().contains("  after:  Sure, "), run.out());
        assertTrue(Files.exists(directory.resolve("charts/refusal-rates.svg")));
        assertTrue(Files.readString(directory.resolve("results.json")).contains("\"scans\""));
    }

    @Test
    void programsGetTheSame() throws IOException {
        CommandRun run = CommandRun.steer("demo", "-o", directory.toString(), "--json", "--quiet")
                .assertSucceeds();
        assertEquals("", run.err());
        JsonNode result = new ObjectMapper().readTree(run.out());
        DocumentedShapes shapes = DocumentedShapes.read();
        shapes.check("steer demo", result);
        assertEquals(List.of(), shapes.problems());
        Map<String, List<Integer>> found = counts(directory.resolve("evaluation/summary.md"));
        for (JsonNode method : result.at("/evaluation/methods")) {
            List<Integer> counts = new ArrayList<>();
            method.path("sets").forEach(set -> {
                counts.add(set.path("refused").asInt());
                counts.add(set.path("n").asInt());
            });
            counts.add(method.at("/right/right").asInt());
            counts.add(method.at("/right/n").asInt());
            assertEquals(found.get(method.path("name").asText()), counts);
        }
    }

    /** Counts by method, of the first table that has any. */
    private static Map<String, List<Integer>> counts(Path markdown) throws IOException {
        Map<String, List<Integer>> counts = new LinkedHashMap<>();
        for (String line : Files.readAllLines(markdown)) {
            Matcher matcher = COUNT.matcher(line);
            if (line.startsWith("| ") && matcher.find()) {
                List<Integer> row = new ArrayList<>();
                do {
                    row.add(Integer.parseInt(matcher.group(1)));
                    row.add(Integer.parseInt(matcher.group(2)));
                } while (matcher.find());
                counts.put(line.split("\\|", 3)[1].strip(), row);
            } else if (!counts.isEmpty()) {
                break;
            }
        }
        return counts;
    }
}
