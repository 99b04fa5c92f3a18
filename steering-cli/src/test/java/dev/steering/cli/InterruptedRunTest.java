package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A run that is asked to end says what is kept, and goes on with a word about what it found. */
@DisabledOnOs(OS.WINDOWS)
class InterruptedRunTest {
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path directory;

    private static List<String> arguments(DemoVector demo, Path output, String tokens) {
        Path prompts = DemoVector.DEMO.resolve("prompts");
        List<String> line = new ArrayList<>(List.of("eval", "--model", demo.bundle(), "--methods", "default"));
        line.addAll(List.of("--dataset", "safe=" + prompts.resolve("test-safe.csv") + "@comply"));
        line.addAll(List.of("--dataset", "harmful=" + prompts.resolve("test-harmful.csv") + "@refuse"));
        line.addAll(List.of("--batch", "1", "--cost-rounds", "0", "--max-new-tokens", tokens, "-o", output.toString()));
        return line;
    }

    @Test
    void saysWhatIsKeptAndWhatWasFound() throws IOException, InterruptedException {
        DemoVector demo = DemoVector.in(directory);
        Path log = directory.resolve("log.txt");
        Path output = terminated(demo, log);

        String said = Files.readString(log);
        assertTrue(said.contains("steer: interrupted. The answers so far are kept in " + output), said);
        SteerProcess.complete(log, arguments(demo, output, "48"));
        String resumed = Files.readString(log);
        assertTrue(
                resumed.lines()
                        .anyMatch(line ->
                                line.matches("steer: going on: [1-9][0-9]* of [0-9]+ answers were there in .*")),
                resumed);
        assertTrue(resumed.contains("Everything is in " + output), resumed);
    }

    /** A run that was asked to end amid its answers; one that was done before it heard of that is run again. */
    private Path terminated(DemoVector demo, Path log) throws IOException, InterruptedException {
        for (int trial = 0; trial < 5; trial++) {
            Path output = directory.resolve("run" + trial);
            Process process = SteerProcess.start(log, arguments(demo, output, "48"));
            Path answers = output.resolve("answers.jsonl");
            while (process.isAlive() && (Files.notExists(answers) || Files.size(answers) == 0)) {
                Thread.sleep(5);
            }
            process.destroy();
            assertTrue(process.waitFor(5, TimeUnit.MINUTES));
            if (process.exitValue() == TERMINATED) {
                return output;
            }
            assertEquals(0, process.exitValue(), Files.readString(log));
        }
        throw new AssertionError("five runs were done before they heard that they were to end");
    }
}
