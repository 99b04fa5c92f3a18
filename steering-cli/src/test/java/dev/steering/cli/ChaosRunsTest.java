package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.ChaosCommands.Command;
import dev.steering.cli.ChaosCommands.Kind;
import dev.steering.cli.KilledRuns.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes in one place, and a clock that is set back. */
@Tag("chaos")
class ChaosRunsTest {
    private static final int ROUNDS = Math.max(1, Integer.getInteger("chaos.trials", 6) / 2);
    private static final long MOST_SECONDS = 300;

    @TempDir
    static Path shared;

    private static ChaosCommands commands;

    @TempDir
    private Path directory;

    @BeforeAll
    static void make() throws IOException {
        commands = ChaosCommands.in(shared);
    }

    /** At least one ends well, and whoever does not is told which process is in its way; in the end everything is as it always is. */
    @ParameterizedTest
    @ValueSource(strings = {"eval", "sweep", "learn", "tune-acd", "export", "extract", "judge", "chart"})
    void twoAtOnceHarmNothing(String name) throws IOException, InterruptedException {
        Command command = commands.get(name);
        Path log = directory.resolve("log");
        Path whole = directory.resolve("whole");
        SteerProcess.complete(log, command.arguments(whole));
        boolean locked = List.of("eval", "sweep", "learn", "tune-acd").contains(name);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path output = directory.resolve("two" + round);
            List<Path> logs = List.of(directory.resolve("one.log"), directory.resolve("other.log"));
            List<Process> both = new ArrayList<>();
            for (Path one : logs) {
                both.add(SteerProcess.start(one, command.arguments(output)));
            }
            int well = 0;
            for (int i = 0; i < both.size(); i++) {
                assertTrue(both.get(i).waitFor(MOST_SECONDS, TimeUnit.SECONDS));
                String said = Files.readString(logs.get(i));
                if (both.get(i).exitValue() == 0) {
                    well++;
                } else if (locked) {
                    long other = both.get(1 - i).pid();
                    assertTrue(said.contains("in use by another run, process " + other + "."), said);
                    refused++;
                } else {
                    assertTrue(said.lines().anyMatch(line -> line.startsWith("steer: ")), said);
                }
            }
            assertTrue(well > 0, () -> "neither of " + both);
            ChaosCommands.assertSame(command.kind(), whole, output);
            assertEquals(List.of(), ChaosCommands.leftovers(directory));
        }
        assertTrue(!locked || refused > 0, "the two never met");
        ChaosCommands.report(name + ": " + ROUNDS + " times two processes at once, " + refused + " refused");
    }

    /** What was written before the clock was set back has times in the future: no decision may hang on them. */
    @ParameterizedTest
    @ValueSource(strings = {"eval", "sweep", "learn", "tune-acd", "export"})
    void filesOfTheFutureAreGoneOnWith(String name) throws IOException, InterruptedException {
        Command command = commands.get(name);
        Path log = directory.resolve("log");
        Path whole = directory.resolve("whole");
        long started = System.nanoTime();
        SteerProcess.complete(log, command.arguments(whole));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        Path output = directory.resolve("output");
        Process process = SteerProcess.start(log, command.arguments(output));
        if (!process.waitFor(millis * 3 / 4, TimeUnit.MILLISECONDS)) {
            Signal.KILL.send(process);
        }
        FileTime future = FileTime.from(Instant.parse("2200-01-01T00:00:00Z"));
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, future);
            }
        }
        SteerProcess.complete(log, command.arguments(output));
        ChaosCommands.assertSame(command.kind(), whole, output);
        assertEquals(List.of(), ChaosCommands.leftovers(directory));
        assertTrue(command.kind() != Kind.BUNDLE || Files.exists(output.resolve("steering.json")));
        ChaosCommands.report(name + ": one clock set back");
    }
}
