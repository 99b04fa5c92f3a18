package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code steer completion}, in a shell that reads it. */
class CompletionCommandTest {
    private static final Pattern VALUES = Pattern.compile("local \\w+_option_args=\\((.*)\\) # (--?[\\w-]+) values");

    @TempDir
    private Path directory;

    private static boolean exists(String shell) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
    }

    /** What bash offers for the last word of a command line. */
    private Set<String> offered(String... words) throws IOException, InterruptedException {
        assumeTrue(exists("bash"), "skipped: there is no bash here to read the script");
        Path script = Files.writeString(
                directory.resolve("steer.bash"),
                steer("completion", "bash").assertSucceeds().out());
        // compopt is for a shell that completes just now: outside of one it complains.
        String program = "compopt() { :; }; source '" + script + "'; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1));"
                + " _complete_steer; printf '%s\\n' \"${COMPREPLY[@]}\"";
        List<String> line = new ArrayList<>(List.of("bash", "--norc", "-c", program, "bash"));
        line.addAll(List.of(words));
        Process bash = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(bash.waitFor(1, TimeUnit.MINUTES));
        return new TreeSet<>(out.lines().filter(word -> !word.isEmpty()).toList());
    }

    @Test
    void bashCompletesCommandsOptionsValuesAndFiles() throws IOException, InterruptedException {
        Files.createFile(directory.resolve("prompts-1.txt"));
        assertEquals(Set.of("inspect", "instrument"), offered("steer", "ins"));
        assertEquals(Steer.commandLine().getSubcommands().keySet(), offered("steer", ""));
        assertEquals(Set.of("--model"), offered("steer", "extract", "--mod"));
        assertEquals(Set.of("--quiet"), offered("steer", "layers", "--qu"));
        assertEquals(Set.of("fp32", "fp16", "int8", "int4"), offered("steer", "export", "--dtype", ""));
        assertEquals(Set.of("fp32", "int8", "int4"), offered("steer", "export", "--head", ""));
        assertEquals(Set.of("scans", "dro", "xstest", "robust"), offered("steer", "judge", "--rules", ""));
        assertEquals(Set.of("last-prompt-token-on"), offered("steer", "generate", "--scope", "las"));
        assertEquals(Set.of("bash", "zsh"), offered("steer", "completion", ""));
        assertEquals(Set.of("prompts-1.txt"), offered("steer", "inspect", "prom"));
        String script = steer("completion", "bash").out();
        assertTrue(
                script.contains("complete -F _complete_steer -o default steer"), "files where it knows nothing better");
    }

    @Test
    void everyValueThatIsOfferedIsTaken() {
        String command = "";
        int values = 0;
        for (String line :
                steer("completion", "bash").assertSucceeds().out().lines().toList()) {
            Matcher list = VALUES.matcher(line.strip());
            if (line.startsWith("function _picocli_steer_")) {
                command = line.replaceFirst("function _picocli_steer_(\\w+).*", "$1");
                command = command.equals("tuneacd") ? "tune-acd" : command;
            } else if (list.matches()) {
                for (String value : list.group(1).replace("\"", "").split(" ", -1)) {
                    values++;
                    assertFalse(isRefused(command, list.group(2), value), command + " " + list.group(2) + " " + value);
                }
            }
        }
        assertTrue(values > 50, "only " + values + " values");
    }

    private static boolean isRefused(String command, String option, String value) {
        try {
            List<String> line = new ArrayList<>(List.of(command.split("_", -1)));
            line.addAll(List.of(option, value));
            Steer.commandLine().parseArgs(line.toArray(String[]::new));
            return false;
        } catch (CommandLine.MissingParameterException e) {
            return false;
        } catch (CommandLine.ParameterException e) {
            return true;
        }
    }

    @Test
    void helpSaysHowToInstallIt() {
        String help = steer("completion", "--help").assertSucceeds().out();
        assertTrue(help.contains("source <(steer completion bash)"), help);
        steer("completion", "fish").assertWrongUsage("fish");
        steer("completion").assertWrongUsage("SHELL");
    }
}
