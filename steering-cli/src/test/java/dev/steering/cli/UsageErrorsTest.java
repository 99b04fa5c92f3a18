package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.ExitCodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A wrong command line costs one line that says what is wrong, one that says where to read on, and the exit code 2. */
class UsageErrorsTest {
    /** Names of types and of fields, as only programs have them. */
    private static final Pattern JAVA = Pattern.compile(
            "\\b(int|(?<!-)long|double|float|boolean|enum|(?<!-)null|class|java\\.\\S+|\\w*Exception)\\b|\\b[a-z]+[A-Z]\\w*|\\b[A-Z]+_[A-Z]+\\b|\\[[A-Z]");

    private static void assertOneLine(CommandRun run, String command) {
        assertEquals(ExitCodes.USAGE, run.exit(), run.err());
        List<String> lines = run.err().lines().toList();
        assertEquals(2, lines.size(), run.err());
        assertTrue(lines.get(0).startsWith("steer: "), run.err());
        assertEquals("See '" + command + " --help'.", lines.get(1));
        assertFalse(JAVA.matcher(lines.get(0)).find(), run.err());
    }

    @TestFactory
    Stream<DynamicTest> noOptionOfAnyCommandTakesNonsense() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, CommandLine> command :
                Steer.commandLine().getSubcommands().entrySet()) {
            for (OptionSpec option : command.getValue().getCommandSpec().options()) {
                if (option.usageHelp() || option.versionHelp()) {
                    continue;
                }
                boolean takesText = Stream.concat(
                                Stream.of(option.typeInfo().getType()), Stream.of(option.auxiliaryTypes()))
                        .anyMatch(type -> List.of("String", "Path").contains(type.getSimpleName()));
                boolean checked = option.converters().length > 0;
                if (!takesText || checked) {
                    tests.add(DynamicTest.dynamicTest(
                            command.getKey() + " " + option.longestName(),
                            () -> assertNonsenseIsRefused(command.getKey(), option)));
                }
            }
        }
        assertTrue(tests.size() > 150, () -> tests.size() + " options");
        return tests.stream();
    }

    /** An empty name would be the current directory: it comes from a variable that is not set. */
    @TestFactory
    Stream<DynamicTest> noPathIsEmpty() {
        List<DynamicTest> tests = new ArrayList<>();
        Steer.commandLine().getSubcommands().forEach((name, command) -> {
            for (ArgSpec argument : command.getCommandSpec().args()) {
                if (!argument.typeInfo().getType().equals(Path.class)) {
                    continue;
                }
                String option = argument instanceof OptionSpec o ? o.longestName() : "";
                tests.add(DynamicTest.dynamicTest(name + " " + argument.paramLabel(), () -> {
                    CommandRun run = option.isEmpty() ? CommandRun.steer(name, "") : CommandRun.steer(name, option, "");
                    run.assertWrongUsage("expected a path, found nothing between the quotes.");
                }));
            }
        });
        assertTrue(tests.size() > 40, () -> tests.size() + " paths");
        return tests.stream();
    }

    @Test
    void whatNamesNothingIsAMistakeOfTheCommandLine() {
        assertOneLine(CommandRun.steer("methods", "magic"), "steer methods");
        CommandRun.steer("extract", "--model", "b", "--harmful", "", "--harmless", "x.txt", "-o", "y")
                .assertWrongUsage("A dataset must be given as");
    }

    @Test
    void everyCommandSaysItsVersion() {
        String version = CommandRun.steer("--version").assertSucceeds().out();
        assertTrue(version.startsWith("steer "), version);
        for (String name : Steer.commandLine().getSubcommands().keySet()) {
            if (!name.equals("help")) {
                assertEquals(
                        version,
                        CommandRun.steer(name, "--version").assertSucceeds().out(),
                        name);
            }
        }
    }

    private static void assertNonsenseIsRefused(String command, OptionSpec option) {
        // A flag's empty value is none.
        String empty = option.arity().max() == 0 ? "x" : "";
        for (String value : List.of("x!y", "99999999999999999999x", empty, "1e999")) {
            CommandRun run = CommandRun.steer(command, option.longestName() + "=" + value);
            assertOneLine(run, "steer " + command);
            String shown = run.err().toLowerCase(Locale.ROOT);
            assertTrue(shown.contains(option.longestName()), run.err());
            assertFalse(shown.contains("missing required option"), "the value was taken: " + run.err());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "generate --model m --max-new-tokens many hi | expected a whole number of at least 1, found 'many'",
                "generate --model m --max-new-tokens 99999999999 hi | at least 1 and at most 2147483647",
                "generate --model m --temperature NaN hi | expected a number such as 0.5, found 'NaN'",
                "generate --model m --top-p 2 hi | Top-p must be above 0 and at most 1, found 2.0",
                "generate --model m --scale tall hi | expected unit, raw, found 'tall'",
                "generate --model m --stream=yes hi | takes no value, found 'yes'",
                "generate --model m --template-var x hi | expected a name, '=' and a value, found 'x'",
                "generate --model m --method plan:p.json hi | a plan is given with --plan p.json instead of --method",
                "generate --model m --plan p.json --alpha 1 hi | --plan says everything: leave --alpha out.",
                "generate --model m --method scans hi | --method scans needs a --vector.",
                "generate --model m --messages c.json hi | --messages, --prompts and PROMPT exclude each other",
                "generate --model m -what? | A text that begins with '-' goes behind '--': steer generate ... -- '-what?'",
                "export a b -o c | Nothing is expected at b.",
                "eval --modl m -o d --dataset a | There is no option --modl. Did you mean --model",
                "export a -o c --dtype int4 --symmetric --asymmetric | are mutually exclusive",
                "export a -o c --block-size 32 | are for --dtype int8 and int4, found fp32.",
                "layers v --model m --harmful h | --harmful and --harmless go together",
                "extract --model m -o v --harmful h --harmless h --token first | first",
                "extract --model m -o v --harmful h --harmless h --method best | Unknown method 'best'",
                "eval --model m -o d --dataset a --methods default,default | names a method twice",
                "eval --model m -o d --dataset a --methods defalt | There is no method 'defalt'",
                "eval --model m -o d --dataset a --judge nobody | There is no judge 'nobody'",
                "chat --model m --top-p 0 | Top-p must be above 0",
                "bench --shape huge | There is no shape 'huge'",
                "eval --model m -o d --dataset a --judge http --judge-url nowhere --judge-model j | expected an address such as",
                "template t --now tomorrow | tomorrow",
            })
    void wrongHoweverItIsFound(String line, String message) {
        CommandRun run = CommandRun.steer(line.split(" ", -1));
        assertOneLine(run, "steer " + line.substring(0, line.indexOf(' ')));
        assertTrue(run.err().contains(message), run.err());
    }

    @Test
    void aTextThatBeginsWithAHyphenIsExplained() {
        CommandRun run = CommandRun.steer("generate", "--model", "m", "-what is this");
        assertOneLine(run, "steer generate");
        assertTrue(run.err().contains("goes behind '--': steer generate ... -- '-what is this'"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"exprot", "help exprot"})
    void unknownCommands(String line) {
        CommandRun run = CommandRun.steer(line.split(" ", -1));
        assertEquals(ExitCodes.USAGE, run.exit());
        assertTrue(run.err().lines().findFirst().orElseThrow().contains("exprot"), run.err());
        assertTrue(run.err().lines().count() <= 2, run.err());
    }
}
