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

/** {@code steer eval} in processes of its own that are killed, as {@code kill -9} does, at random moments. */
@Tag("slow")
class EvalKillTest {
    private static final int KILLS = 20;

    @TempDir
    private Path directory;

    private static List<String> arguments(DemoVector demo, Path output) {
        Path prompts = DemoVector.DEMO.resolve("prompts");
        List<String> line = new ArrayList<>(List.of("eval", "--model", demo.bundle()));
        line.addAll(List.of("--vector", demo.vector(), "--methods", "default,scans,self-cd", "--limit", "40", "--kl"));
        line.addAll(List.of("--dataset", "safe=" + prompts.resolve("test-safe.csv") + "@comply"));
        line.addAll(List.of("--dataset", "harmful=" + prompts.resolve("test-harmful.csv") + "@refuse"));
        line.addAll(List.of("--batch", "4", "--max-new-tokens", "24", "-o", output.toString()));
        return line;
    }

    @Test
    void killedRunsGoOnToTheSameBytes() throws IOException, InterruptedException {
        DemoVector demo = DemoVector.in(directory);
        int cutShort = new KilledRuns(directory, 7, output -> arguments(demo, output))
                .killAndComplete(KILLS, EvalKillTest::hasAnswers, EvalKillTest::assertSame);
        assertTrue(cutShort >= 3, "only " + cutShort + " runs were killed amid their answers");
    }

    /** A whole run has its tables, too. */
    private static boolean hasAnswers(Path output) {
        return Files.exists(output.resolve("answers.jsonl")) && Files.notExists(output.resolve("summary.md"));
    }

    private static void assertSame(Path whole, Path killed) throws IOException {
        for (String file : List.of("results.jsonl", "answers.jsonl", "summary.md", "summary.csv", "utility.csv")) {
            assertArrayEquals(
                    Files.readAllBytes(whole.resolve(file)),
                    Files.readAllBytes(killed.resolve(file)),
                    killed + " " + file);
        }
    }
}
