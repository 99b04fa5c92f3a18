package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer tune-acd} in processes of its own that are killed, as {@code kill -9} does, at random moments. */
@Tag("slow")
class TuneAcdKillTest {
    private static final int KILLS = 20;
    private static final Path DEMO = Path.of("../examples/demo-model");

    @TempDir
    private Path directory;

    private List<String> arguments(Path output) {
        return List.of(
                "tune-acd",
                "--model",
                directory.resolve("bundle").toString(),
                "--harmful",
                DEMO.resolve("prompts/anchors-harmful.txt").toString(),
                "--harmless",
                DEMO.resolve("prompts/anchors-harmless.txt").toString(),
                "--learning-rate",
                "0.01",
                "--epochs",
                "6",
                "-o",
                output.toString());
    }

    @Test
    void killedRunsGoOnToTheSameBytes() throws IOException, InterruptedException {
        steer(
                        "export",
                        DEMO.resolve("hf").toString(),
                        "-o",
                        directory.resolve("bundle").toString())
                .assertSucceeds();
        Path log = directory.resolve("log.txt");
        Path whole = directory.resolve("whole.safetensors");
        long started = System.nanoTime();
        SteerProcess.complete(log, arguments(whole));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        Random random = new Random(5);
        int cutShort = 0;
        for (int trial = 0; trial < KILLS; trial++) {
            Path output = directory.resolve("killed" + trial + ".safetensors");
            Process process = SteerProcess.start(log, arguments(output));
            if (!process.waitFor(random.nextLong(millis), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                cutShort += Files.exists(directory.resolve(output.getFileName() + ".tuning")) ? 1 : 0;
            }
            SteerProcess.complete(log, arguments(output));
            assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(output), "after kill " + trial);
            assertTrue(Files.notExists(directory.resolve(output.getFileName() + ".tuning")), "no checkpoint is left");
        }
        assertTrue(cutShort >= 3, "only " + cutShort + " runs were killed amid their tuning");
    }
}
