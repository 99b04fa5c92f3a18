package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steering.cli.ChaosCommands.Command;
import dev.steering.cli.ChaosCommands.Kind;
import dev.steering.cli.KilledRuns.Signal;
import dev.steering.core.bundle.Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every writing command, ended by {@code kill -9}, SIGTERM and SIGINT at random moments: what is there afterwards is whole or absent,
 * and the same command given again ends in the bytes of a run that nothing interrupted, with nothing left over.
 */
@Tag("chaos")
class ChaosKillTest {
    private static final int TRIALS = Integer.getInteger("chaos.trials", 6);
    private static final long SEED = Long.getLong("chaos.seed", 11);

    @TempDir
    static Path shared;

    private static ChaosCommands commands;

    @TempDir
    private Path directory;

    @BeforeAll
    static void make() throws IOException {
        commands = ChaosCommands.in(shared);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export",
                "instrument",
                "extract",
                "learn",
                "tune-acd",
                "layers",
                "eval",
                "sweep",
                "judge",
                "generate",
                "chart",
                "bench"
            })
    void endedAtRandomMomentsAndGivenAgain(String name) throws IOException, InterruptedException {
        Command command = commands.get(name);
        Path whole = directory.resolve("whole");
        int amid = new KilledRuns(
                        directory,
                        SEED,
                        command::arguments,
                        List.of(Signal.KILL, Signal.TERM, Signal.INT),
                        command.kind() == Kind.PRINTED)
                .killAndComplete(
                        TRIALS,
                        output -> {
                            requireWholeOrAbsent(command.kind(), whole, output);
                            return true;
                        },
                        (undisturbed, completed) -> {
                            ChaosCommands.assertSame(command.kind(), undisturbed, completed);
                            assertEquals(List.of(), ChaosCommands.leftovers(directory));
                        });
        assertTrue(amid > 0, "no run was ended amid its work");
        ChaosCommands.report(name + ": " + amid + " of " + TRIALS + " runs ended by KILL, TERM, INT in turn");
    }

    private static void requireWholeOrAbsent(Kind kind, Path whole, Path output) {
        try {
            Map<String, byte[]> expected = ChaosCommands.contents(kind, whole);
            Map<String, byte[]> found = ChaosCommands.contents(kind, output);
            if (kind == Kind.PRINTED) {
                byte[] all = Files.readAllBytes(whole);
                byte[] some = Files.exists(output) ? Files.readAllBytes(output) : new byte[0];
                assertArrayEquals(Arrays.copyOf(all, some.length), some, "a beginning of what is printed");
            } else if (kind == Kind.FIGURES && Files.exists(output)) {
                assertDoesNotThrow(() -> new JsonMapper().readTree(Files.readString(output)));
            } else if (kind != Kind.RUN) {
                found.keySet()
                        .removeIf(file -> Path.of(file).getFileName().toString().startsWith("."));
                found.forEach((file, bytes) -> assertArrayEquals(expected.get(file), bytes, file));
            }
            if (kind == Kind.BUNDLE && Files.exists(output)) {
                assertEquals(expected.keySet(), found.keySet());
                Bundle.open(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
