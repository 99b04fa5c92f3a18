package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.steering.cli.ChaosCommands.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every writing command on a file system that is really full, or that may only be read: one line says so, the exit code is 1, nothing
 * half-written is left, and with more room the same command ends in the bytes that it always gives. The file system is a tmpfs in a
 * namespace of the test's own; where the system does not permit that, the tests are skipped and say so.
 */
@Tag("chaos")
class ChaosDiskTest {
    private static final String CODE = "exit code ";
    private static final String LEFT = "left: ";

    @TempDir
    static Path shared;

    private static ChaosCommands commands;

    @TempDir
    private Path directory;

    @BeforeAll
    static void make() throws IOException, InterruptedException {
        boolean permitted;
        try {
            permitted = shell("mount -t tmpfs -o size=64k none " + shared).exit() == 0;
        } catch (IOException e) {
            permitted = false;
        }
        assumeTrue(
                permitted,
                "SKIPPED: this system permits no tmpfs in a user namespace (unshare -rm), which a full disk needs");
        commands = ChaosCommands.in(shared);
    }

    private record Shell(int exit, List<String> lines) {}

    /** In a namespace of its own, whose mounts nobody else sees. */
    private static Shell shell(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("unshare", "-rm", "sh", "-c", script).redirectErrorStream(true);
        SteerProcess.setClassPath(builder);
        Process process = builder.start();
        List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        return new Shell(process.exitValue(), lines);
    }

    private static String steer(Command command, Path output) {
        List<String> quoted = new ArrayList<>();
        // Quiet: where there is no terminal, progress is lines like those of errors.
        SteerProcess.line(command.arguments(output)).forEach(word -> quoted.add("'" + word + "'"));
        quoted.add("--quiet");
        return String.join(" ", quoted);
    }

    private static String listing(Path mount) {
        return "find " + mount + " -mindepth 1 | sed 's/^/" + LEFT + "/'";
    }

    private static List<String> failure(Shell shell) {
        assertTrue(shell.lines().contains(CODE + 1), shell::toString);
        List<String> said = shell.lines().stream()
                .filter(line -> line.startsWith("steer: ") && !line.startsWith("steer: warning: "))
                .toList();
        assertEquals(1, said.size(), shell::toString);
        assertFalse(shell.lines().stream().anyMatch(line -> line.startsWith("\tat ")), shell::toString);
        return said;
    }

    @ParameterizedTest
    @CsvSource({
        "export, 64k",
        "instrument, 64k",
        "extract, 4k",
        "learn, 8k",
        "tune-acd, 8k",
        "layers, 4k",
        "eval, 12k",
        "sweep, 16k",
        "judge, 64k",
        "chart, 32k",
        "generate, 0"
    })
    void aFullDiskIsSaidAndRoomMakesItWhole(String name, String size) throws IOException, InterruptedException {
        Command command = commands.get(name);
        Path mount = Files.createDirectory(directory.resolve("mount"));
        Path kept = directory.resolve("kept");
        Path whole = directory.resolve("whole");
        if (name.equals("generate")) {
            Shell printed = shell(steer(command, whole) + " > /dev/full; echo " + CODE + "$?");
            assertTrue(failure(printed).get(0).contains("Cannot write to standard output"), printed::toString);
            ChaosCommands.report(name + ": one full device");
            return;
        }
        Path output = mount.resolve("output");
        Shell shell = shell("mount -t tmpfs -o size=" + size + " none " + mount + "; " + steer(command, output)
                + "; echo " + CODE + "$?; " + listing(mount) + "; mount -o remount,size=100m " + mount + " && "
                + steer(command, output) + " > /dev/null && cp -a " + output + " " + kept + "; "
                + listing(mount).replace(LEFT, "then "));
        String said = failure(shell).get(0);
        assertTrue(said.contains("No space left") || said.contains("is full") || said.contains("free"), said);
        List<String> left =
                shell.lines().stream().filter(line -> line.startsWith(LEFT)).toList();
        if (command.kind() == ChaosCommands.Kind.FILE || command.kind() == ChaosCommands.Kind.BUNDLE) {
            assertFalse(left.contains(LEFT + output), left::toString);
        }
        assertFalse(left.stream().anyMatch(file -> file.endsWith(".tmp")), left::toString);
        assertTrue(Files.exists(kept), shell::toString);
        assertFalse(
                shell.lines().stream().anyMatch(line -> line.startsWith("then ") && line.contains("/.")),
                shell::toString);
        SteerProcess.complete(directory.resolve("log"), command.arguments(whole));
        ChaosCommands.assertSame(command.kind(), whole, kept);
        ChaosCommands.report(name + ": one full disk");
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
                "chart",
                "bench"
            })
    void aDirectoryThatMayOnlyBeReadIsSaidBeforeTheWork(String name) throws IOException, InterruptedException {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        Shell shell = shell("mount -t tmpfs -o ro none " + mount + "; "
                + steer(commands.get(name), mount.resolve("output")) + "; echo " + CODE + "$?; " + listing(mount));
        String said = failure(shell).get(0);
        assertTrue(said.contains("no permission to write in " + mount), said);
        assertTrue(shell.lines().stream().noneMatch(line -> line.startsWith(LEFT)), shell::toString);
        ChaosCommands.report(name + ": one read-only directory");
    }
}
