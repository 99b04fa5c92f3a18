package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are printed to be copied mean the files that they are about, whatever these are called. */
@DisabledOnOs(OS.WINDOWS)
class PrintedCommandsTest {
    private static final Path PROMPTS = Fixtures.demoModel().resolve("prompts");

    @TempDir
    private Path directory;

    /** What a shell makes of a command. */
    private static List<String> words(String command) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "steer() { printf '%s\\n' \"$@\"; }\n" + command).start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static String after(String mark, String printed) {
        return printed.lines()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()).strip())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void blanksQuotesAndDollarsAreQuoted() throws IOException {
        Path odd = Files.createDirectories(directory.resolve("it's $HOME; a"));
        String bundle = odd.resolve("my bundle").toString();
        String vector = odd.resolve("v (1).safetensors").toString();
        Path harmful = Files.copy(PROMPTS.resolve("anchors-harmful.txt"), odd.resolve("bad ones.txt"));
        String harmless = PROMPTS.resolve("anchors-harmless.txt").toString();
        CommandRun.steer("export", Fixtures.demoModel().resolve("hf").toString(), "-o", bundle)
                .assertSucceeds();

        String next = after(
                "Next:",
                CommandRun.steer(
                                "extract",
                                "--model",
                                bundle,
                                "--harmful",
                                harmful.toString(),
                                "--harmless",
                                harmless,
                                "-o",
                                vector)
                        .assertSucceeds()
                        .out());
        assertEquals(
                List.of("layers", vector, "--model", bundle, "--harmful", harmful.toString(), "--harmless", harmless),
                words(next));
        assertEquals(
                List.of(
                        "extract",
                        "--model",
                        bundle,
                        "--harmful",
                        "harmful.txt",
                        "--harmless",
                        "harmless.txt",
                        "-o",
                        "VECTOR"),
                words(after("next", CommandRun.steer("inspect", bundle).out())));
        assertEquals(
                List.of("layers", vector, "--model", "BUNDLE"),
                words(after("next", CommandRun.steer("inspect", vector).out())));
    }
}
