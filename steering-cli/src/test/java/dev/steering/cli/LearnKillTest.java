package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;

import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer extract --method optimized} in processes of its own that are killed, as {@code kill -9} does, at random moments. */
@Tag("slow")
class LearnKillTest {
    private static final Path DEMO = Fixtures.demoModel();

    @TempDir
    private Path directory;

    private List<String> arguments(Path output) {
        return List.of(
                "extract",
                "--method",
                "optimized",
                "--layers",
                "3-5",
                "--model",
                directory.resolve("bundle").toString(),
                "--harmful",
                DEMO.resolve("prompts/anchors-harmful.txt").toString(),
                "--harmless",
                DEMO.resolve("prompts/anchors-harmless.txt").toString(),
                "--epochs",
                "3",
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
        TuneAcdKillTest.assertSameBytes(directory, this::arguments);
    }
}
