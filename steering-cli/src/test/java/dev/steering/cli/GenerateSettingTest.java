package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodRegistry;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Methods and their options as the registry has them, on the command line. */
class GenerateSettingTest {
    @TempDir
    static Path directory;

    private static Generating generating = new Generating("", "");

    @BeforeAll
    static void export() {
        generating = Generating.in(directory);
    }

    /** What the registry knows needs no option of its own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--vector VECTOR --method add --set alpha=1 --set layers=3 --set scale=raw | --vector VECTOR --method add --alpha 1 --layers 3 --scale raw",
                "--method self-cd --set self-cd-alpha=1.5 --set first-steps=2 | --method self-cd --alpha 1.5 --first-steps 2",
                "--method repeat --set patience=3 | --method repeat --alpha 3",
                "--method repeat --set times=1 | --method default"
            })
    void anyOptionOfAMethodCanBeSet(String set, String own) {
        assertEquals(generating.answer(own), generating.answer(set));
    }

    @Test
    void whatIsSetMatters() {
        assertNotEquals(
                generating.answer("--method default"),
                generating.answer("--vector VECTOR --method subtract --layers 3 --set alpha=0.75 --set scale=raw"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--vector VECTOR --method add --set threshold=0.5 | --set threshold has no effect with --method add: it belongs to scans.",
                "--method default --set times=3 | --set times has no effect with --method default: it belongs to repeat.",
                "--method self-cd --alpha 2 --set self-cd-alpha=2 | --alpha and --set self-cd-alpha say the same thing: leave one out.",
                "--vector VECTOR --layers 3 --set layers=3 | --layers and --set layers say the same thing: leave one out.",
                "--method repeat --set times=3 --set times=4 | --set says times twice: leave one out.",
                "--plan plan.json --set times=3 | --plan says everything: leave --set times out."
            })
    void whatIsSetInVainIsAnError(String options, String message) {
        generating.run(options).assertFails(message);
    }

    @Test
    void whatCannotBeSetIsAWrongCommandLine() {
        generating
                .run("--set beta=3")
                .assertWrongUsage("no method has an option 'beta' that is said as text. There are ");
        generating.run("--set alpha").assertWrongUsage("expected OPTION=VALUE, found 'alpha'");
    }

    @Test
    void theHelpNamesTheMethodsOfTheRegistry() {
        String help =
                CommandRun.steer("generate", "--help").assertSucceeds().out().replaceAll("\\s+", " ");
        for (MethodDefinition method : MethodRegistry.all()) {
            assertTrue(help.contains(method.name() + " (" + method.words() + ")"), method.name());
        }
        assertTrue(help.contains("--messages=FILE.json"), help);
    }

    /** What the model would have written anyway does not change how it goes on. */
    @Test
    void anAnswerGoesOnFromItsPrefix() {
        String whole = text(generating.answer("--method default"));
        String first = whole.substring(0, whole.indexOf(' '));
        String rest = text(generating
                .run("--method default", "--response-prefix", first)
                .assertSucceeds()
                .out());
        assertEquals(whole.substring(0, rest.length()), (first + " " + rest).substring(0, rest.length()));
        String other = text(generating
                .run("--method default", "--response-prefix", "Hm,\\n")
                .assertSucceeds()
                .out());
        assertNotEquals(whole, other, "another beginning is another answer");
    }

    @Test
    void thinkingAndAnswerAreScopes() {
        String add = "--vector VECTOR --method subtract --layers 3 --alpha 0.75 --scale raw --scope ";
        assertEquals(generating.answer(add + "last-prompt-token-on"), generating.answer(add + "answer"));
        assertEquals(text(generating.answer("--method default")), text(generating.answer(add + "thinking")));
        generating.run(add + "later").assertWrongUsage("generated, thinking, answer, found 'later'");
    }

    private static String text(String printed) {
        return printed.lines().skip(1).collect(Collectors.joining("\n")).strip();
    }
}
