package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer compare} in processes of its own that are killed, as {@code kill -9} does, at random moments. */
@Tag("slow")
class CompareKillTest {
    private static final int KILLS = 6;

    @TempDir
    private Path directory;

    private List<String> arguments(DemoVector demo, Path output) throws IOException {
        Path prompts = DemoVector.DEMO.resolve("prompts");
        List<String> line = new ArrayList<>(List.of("compare", "--model", demo.bundle(), "--vector", demo.vector()));
        line.addAll(List.of("--methods", "prompt,scans,self-cd,random", "--strengths", "scans=0.25,0.5,0.75"));
        line.addAll(List.of("--development", "safe=" + prompts.resolve("calibration-safe.txt") + "@comply"));
        line.addAll(List.of("--development", "harmful=" + prompts.resolve("calibration-harmful.txt") + "@refuse"));
        line.addAll(List.of("--test", "safe=" + prompts.resolve("test-safe.csv") + "@comply"));
        line.addAll(List.of("--test", "harmful=" + prompts.resolve("test-harmful.csv") + "@refuse"));
        line.addAll(List.of("--harmful", prompts.resolve("anchors-harmful.txt").toString()));
        line.addAll(
                List.of("--harmless", prompts.resolve("anchors-harmless.txt").toString()));
        Path sums = directory.resolve("sums.jsonl");
        Files.writeString(sums, "{\"question\": \"How much is 7 plus 12?\", \"answer\": \"#### 19\"}\n".repeat(20));
        line.addAll(List.of("--capability", sums.toString(), "--draws", "2"));
        line.addAll(List.of("--jailbreaks", "prefix,multi-turn", "--limit", "16", "--batch", "4"));
        line.addAll(List.of("--max-new-tokens", "24", "--cost-rounds", "0", "-o", output.toString()));
        return line;
    }

    @Test
    void killedRunsGoOnToTheSameBytes() throws IOException, InterruptedException {
        DemoVector demo = DemoVector.in(directory);
        int cutShort = new KilledRuns(directory, 11, output -> line(demo, output))
                .killAndComplete(KILLS, CompareKillTest::hasAnswers, CompareKillTest::assertSame);
        assertTrue(cutShort >= 3, "only " + cutShort + " runs were killed amid their answers");
    }

    private List<String> line(DemoVector demo, Path output) {
        try {
            return arguments(demo, output);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean hasAnswers(Path output) {
        return Files.exists(output.resolve("development/answers.jsonl"))
                && Files.notExists(output.resolve("results.json"));
    }

    private static void assertSame(Path whole, Path killed) throws IOException {
        for (String file : List.of(
                "development/answers.jsonl",
                "test/answers.jsonl",
                "test/utility.jsonl",
                "redrawn/answers.jsonl",
                "capability.jsonl",
                "table.csv",
                "sets.csv",
                "curves.csv",
                "tests.csv",
                "comparison.md",
                "results.json")) {
            assertArrayEquals(
                    Files.readAllBytes(whole.resolve(file)),
                    Files.readAllBytes(killed.resolve(file)),
                    killed + " " + file);
        }
    }
}
