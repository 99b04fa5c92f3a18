package dev.steering.eval.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.run.RelativeCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedCostsTest {
    private static final String ROW =
            "{\"method\":\"%s\",\"set\":\"safe\",\"row\":0,\"prompt\":\"q\",\"plan\":\"p\",\"text\":\"a\",\"tokens\":[1,2],"
                    + "\"finish\":\"end\",\"expected\":\"comply\",\"judge\":\"j\",\"refusal\":false,\"verdict\":\"answered\"}\n";

    @TempDir
    private Path comparison;

    private Path run = Path.of("");

    @BeforeEach
    void write() throws IOException {
        run = Files.createDirectory(comparison.resolve("test"));
        Files.writeString(run.resolve("run.json"), "{\"kind\":\"eval\",\"settings\":{},\"methods\":{}}");
        Files.writeString(run.resolve(SavedRun.ROWS), ROW.formatted("default") + ROW.formatted("scans"));
    }

    private Map<String, SavedCost> costs() {
        return SavedCosts.of(SavedRun.read(run));
    }

    private void file(Path directory, String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    @Test
    void nothingMeasuredIsNoCost() {
        assertEquals(Map.of(), costs());
    }

    @Test
    void timesAreSumsAndRatiosAreMediansOfRounds() throws IOException {
        file(
                run,
                "timings.jsonl",
                "{\"method\":\"default\",\"seconds\":1.5}\n{\"method\":\"scans\",\"seconds\":2}\n{\"method\":\"scans\",\"seconds\":0.5}\n");
        StringBuilder rounds = new StringBuilder();
        double[] scans = {2, 6, 3};
        for (int round = 0; round < 3; round++) {
            String line = "{\"method\":\"%s\",\"round\":%d,\"alone_seconds_per_token\":%s,\"together_seconds_per_token\":%s}\n";
            rounds.append(line.formatted("default", round, 2, 1)).append(line.formatted("scans", round, scans[round], 1));
        }
        file(run, "cost.jsonl", rounds.toString());
        SavedCost cost = costs().get("scans");
        assertNotNull(cost);
        assertEquals(2.5, cost.seconds());
        assertEquals(new RelativeCost(1.5, 1, 3), cost.alone());
        assertEquals(new RelativeCost(1, 1, 1), cost.together());
        assertNull(cost.perplexity());
    }

    @Test
    void aComparisonHasItsOtherFiguresAboveTheTest() throws IOException {
        file(run, "utility.csv", "method,kl_per_token,kl_tokens,perplexity,perplexity_tokens\ndefault,0,9,3.25,40\nscans,0.1,9,,0\n");
        file(
                comparison,
                "results.json",
                "{\"methods\":[{\"name\":\"scans\",\"perplexity\":3.5,\"capability\":[{\"task\":\"sums\",\"metric\":\"exact_match\",\"value\":0.25,\"n\":8}]}]}");
        assertEquals(3.25, costs().get("default").perplexity());
        assertEquals(3.5, costs().get("scans").perplexity());
        assertEquals(
                List.of(new CapabilityScore("sums", "exact_match", 0.25, 8)),
                costs().get("scans").capability());
    }

    @Test
    void aCommandOfTheWholeIsThatOfItsParts() throws IOException {
        file(comparison, SavedRun.COMMAND, "steer compare -o c\n");
        assertEquals("steer compare -o c", SavedRun.read(run).command());
        file(run, SavedRun.COMMAND, "steer eval -o c\n");
        assertEquals("steer eval -o c", SavedRun.read(run).command());
    }

    @Test
    void whatIsDamagedIsSaid() throws IOException {
        file(run, "timings.jsonl", "{\"method\":\"scans\"}\n");
        BadFile failure = assertThrows(BadFile.class, this::costs);
        assertTrue(
                failure.getMessage().contains("timings.jsonl: expected a number under 'seconds', found nothing."),
                failure.getMessage());
        file(run, "timings.jsonl", "no JSON\n");
        assertTrue(
                assertThrows(BadFile.class, this::costs).getMessage().contains("expected a JSON object in every line"));
    }
}
