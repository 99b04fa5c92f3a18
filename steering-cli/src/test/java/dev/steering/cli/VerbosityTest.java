package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.Verbosity;
import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --quiet} and {@code --verbose}. */
class VerbosityTest {
    @TempDir
    private static Path shared;

    @TempDir
    private Path directory;

    private static String bundle = "";

    @BeforeAll
    static void export() {
        bundle = shared.resolve("bundle").toString();
        steer("export", Fixtures.demoModel().resolve("hf").toString(), "-o", bundle)
                .assertSucceeds();
    }

    private CommandRun extract(String... options) {
        List<String> line = new ArrayList<>(List.of(options));
        Path prompts = Fixtures.demoModel().resolve("prompts");
        line.addAll(List.of(
                "extract",
                "--model",
                bundle,
                "-o",
                directory.resolve("v.safetensors").toString()));
        line.addAll(List.of("--harmful", prompts.resolve("anchors-harmful.txt").toString()));
        line.addAll(
                List.of("--harmless", prompts.resolve("anchors-harmless.txt").toString()));
        return steer(line.toArray(String[]::new)).assertSucceeds();
    }

    @Test
    void everyCommandTakesThemOnEitherSideOfItsName() {
        Steer.commandLine().getSubcommands().forEach((name, command) -> {
            for (String option : List.of("--quiet", "--verbose")) {
                assertTrue(command.getCommandSpec().findOption(option) != null, name + " " + option);
            }
        });
        for (String option : List.of("--quiet", "--verbose")) {
            String before = steer(option, "methods", "ablate").assertSucceeds().out();
            assertEquals(
                    before, steer("methods", "ablate", option).assertSucceeds().out());
        }
        steer("--quiet", "methods", "--verbose").assertWrongUsage("--quiet and --verbose exclude each other");
        assertEquals(Verbosity.NORMAL, Verbosity.current(), "when no command runs");
    }

    @Test
    void quietLeavesNotesOutAndResultsIn() {
        CommandRun normal = extract();
        CommandRun quiet = extract("--quiet");
        assertTrue(normal.out().contains("Next: steer layers "), normal.out());
        assertFalse(quiet.out().contains("Next: "), quiet.out());
        assertTrue(normal.out().startsWith(quiet.out()), quiet.out());
        assertEquals("", quiet.err());
        CommandRun wrong =
                steer("--quiet", "inspect", directory.resolve("nothing").toString());
        wrong.assertFails("There is nothing at");
        CommandRun warned = steer(
                "--quiet",
                "chart",
                directory.resolve("v.safetensors").toString(),
                "-o",
                directory.resolve("c").toString());
        assertTrue(warned.assertSucceeds().err().contains("skipped refusal-score"), warned.err());
    }

    @Test
    void verboseSaysWhatIsReadFromWhereAndHowLongItTakes() {
        CommandRun run = extract("--verbose");
        assertEquals(extract().out(), run.out());
        String model = Path.of(bundle).toAbsolutePath().toString();
        for (String part : List.of(
                ", Java ",
                "steer: prompts "
                        + Fixtures.demoModel()
                                .resolve("prompts/anchors-harmful.txt")
                                .toAbsolutePath() + ": 64 rows",
                "steer: bundle " + model + ": llama, f32, 6 layers",
                "steer: chat template default: " + model,
                "steer: graph " + model,
                "steer: it took ")) {
            assertTrue(run.err().contains(part), part + " is not in " + run.err());
        }
    }

    @Test
    void verboseShowsWhereAnErrorArose() {
        CommandRun run =
                steer("inspect", "--verbose", directory.resolve("nothing").toString());
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("steer: There is nothing at "), run.err());
        assertTrue(run.err().contains("\tat dev.steering."), run.err());
    }
}
