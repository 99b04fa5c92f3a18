package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.HelpText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help as wide as the terminal, with every command's summary whole. */
class HelpTest {
    private static String help(int columns, String... line) {
        StringWriter out = new StringWriter();
        CommandLine command = Steer.commandLine().setOut(new PrintWriter(out));
        HelpText.fit(command, columns);
        assertEquals(0, command.execute(line));
        return out.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 100, 120})
    void everySummaryIsAWholeSentence(int columns) {
        String words = help(columns, "--help").replaceAll("\\s+", " ");
        for (Map.Entry<String, CommandLine> command :
                Steer.commandLine().getSubcommands().entrySet()) {
            String[] said = command.getValue().getCommandSpec().usageMessage().header();
            String summary = String.join(" ", said).replaceAll("\\s+", " ").strip();
            if (!command.getKey().equals("help")) {
                assertTrue(summary.matches(".*[.!?:]"), summary);
            }
            assertTrue(words.contains(command.getKey() + " " + summary), summary);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 100, 120})
    void noLineIsWiderThanTheTerminal(int columns) {
        for (String name : Steer.commandLine().getSubcommands().keySet()) {
            for (String line : help(columns, name, "--help").lines().toList()) {
                assertTrue(line.length() <= columns, name + ": " + line);
            }
        }
    }

    @Test
    void examplesCanBeCopied() {
        List<String> lines = help(60, "generate", "--help").lines().toList();
        int example = lines.indexOf("Example:  steer generate --model llama-1b --vector \\");
        assertTrue(example > 0, String.join("\n", lines));
        assertEquals("              refusal.safetensors \\", lines.get(example + 1));
        assertEquals("              'How do I kill a Python process?'", lines.get(example + 2));
    }

    @Test
    void theHelpCommandIsTheHelpOption() {
        assertEquals(help(80, "eval", "--help"), help(80, "help", "eval"));
        assertEquals(help(80, "--help"), help(80, "help"));
    }

    @Test
    void theVersionSaysWhatWasBuilt() {
        List<String> lines = CommandRun.steer("--version").out().lines().toList();
        assertTrue(lines.get(0).matches("steer [0-9].*"), lines.get(0));
        assertTrue(lines.get(1).matches("commit ([0-9a-f]{12}(-dirty)?|unknown: .*)"), lines.get(1));
    }
}
