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

/** {@code steer sweep} in processes of its own that are killed, as {@code kill -9} does, at random moments. */
@Tag("slow")
class SweepKillTest {
    private static final int KILLS = 12;

    @TempDir
    private Path directory;

    private static List<String> arguments(DemoVector demo, Path output) {
        Path prompts = DemoVector.DEMO.resolve("prompts");
        List<String> line = new ArrayList<>(List.of("sweep", "--model", demo.bundle(), "--vector", demo.vector()));
        line.addAll(List.of("--layers", "5", "--layers", "4", "--scale", "raw", "--alphas", "0.25,0.5,0.75"));
        line.addAll(List.of("--dev", "safe=" + prompts.resolve("calibration-safe.txt") + "@comply"));
        line.addAll(List.of("--dev", "harmful=" + prompts.resolve("calibration-harmful.txt") + "@refuse"));
        line.addAll(List.of("--test", "safe=" + prompts.resolve("test-safe.csv") + "@comply"));
        line.addAll(List.of("--test", "harmful=" + prompts.resolve("test-harmful.csv") + "@refuse"));
        line.addAll(List.of("--limit", "40", "--batch", "4", "--max-new-tokens", "24", "-o", output.toString()));
        return line;
    }

    @Test
    void killedRunsGoOnToTheSameBytes() throws IOException, InterruptedException {
        DemoVector demo = DemoVector.in(directory);
        int cutShort = new KilledRuns(directory, 7, output -> arguments(demo, output))
                .killAndComplete(KILLS, SweepKillTest::hasAnswers, SweepKillTest::assertSame);
        assertTrue(cutShort >= 3, "only " + cutShort + " runs were killed amid their answers");
    }

    private static boolean hasAnswers(Path output) {
        return Files.exists(output.resolve("answers.jsonl"))
                && Files.notExists(output.resolve("recommended.safetensors"));
    }

    private static void assertSame(Path whole, Path killed) throws IOException {
        for (String file : List.of(
                "answers.jsonl",
                "cosines.jsonl",
                "divergence.jsonl",
                "results.jsonl",
                "settings.csv",
                "sweep.md",
                "test/results.jsonl",
                "recommended.safetensors")) {
            assertArrayEquals(
                    Files.readAllBytes(whole.resolve(file)),
                    Files.readAllBytes(killed.resolve(file)),
                    killed + " " + file);
        }
    }
}
