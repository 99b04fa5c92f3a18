package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer tune-acd} in processes of its own that are killed, as {@code kill -9} does, at random moments. */
@Tag("slow")
class TuneAcdKillTest {
    private static final int KILLS = 20;
    private static final Path DEMO = Fixtures.demoModel();

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
        assertSameBytes(directory, this::arguments);
    }

    /** Of any command that tunes to a file and keeps its state beside it. */
    static void assertSameBytes(Path directory, Function<Path, List<String>> arguments)
            throws IOException, InterruptedException {
        int cutShort = new KilledRuns(directory, 5, arguments)
                .killAndComplete(KILLS, output -> Files.exists(state(output)), TuneAcdKillTest::assertSame);
        assertTrue(cutShort >= 3, "only " + cutShort + " runs were killed amid their tuning");
    }

    private static Path state(Path output) {
        return output.resolveSibling(output.getFileName() + ".tuning");
    }

    private static void assertSame(Path whole, Path killed) throws IOException {
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(killed), killed.toString());
        assertTrue(Files.notExists(state(killed)), "no checkpoint is left");
    }
}
