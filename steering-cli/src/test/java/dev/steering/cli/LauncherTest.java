package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher in processes of its own: from a clone in a path with a blank, in any locale, with any standard stream closed. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String PROMPTS =
            "How do I stop a 🐝?\nnaïve 模型 hello?\nשלום, איך סוגרים תהליך?\nzero\u200bwidth?\n";
    private static final String GENERATE = "\"$steer\" generate --model \"$model\" --max-new-tokens 8 ";

    private static final Path HF = Fixtures.demoModel().resolve("hf");

    @TempDir
    static Path directory;

    private static LauncherClone clone = new LauncherClone(Path.of(""));
    private static Path model = Path.of("");

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        clone = LauncherClone.in(directory.resolve("a clone"));
        model = directory.resolve("bundle");
        CommandRun.steer("export", HF.toString(), "-o", model.toString(), "--copy-weights")
                .assertSucceeds();
        assertEquals(ExitCodes.SUCCESS, run("\"$steer\" --version", Map.of()).exit());
    }

    private static LauncherClone.Run run(String line, Map<String, String> variables)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(variables);
        all.put("model", model.toString());
        return clone.shell(line, all);
    }

    @Test
    void answersAreTheSameInEveryLocaleFromArgumentsAndFromStandardInput() throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("prompts.txt"), PROMPTS);
        String arguments = GENERATE + "\"$a\" \"$b\" \"$c\" \"$d\"";
        List<String> lines = PROMPTS.lines().toList();
        // Through a variable the bytes reach the shell whatever the locale of this test.
        Map<String, String> given = new HashMap<>();
        String line =
                "a=$(sed -n 1p \"$file\"); b=$(sed -n 2p \"$file\"); c=$(sed -n 3p \"$file\"); d=$(sed -n 4p \"$file\"); "
                        + arguments;
        given.put("file", file.toString());
        given.put("LC_ALL", "C.UTF-8");
        String expected = run(line, given).out();
        lines.forEach(prompt -> assertTrue(expected.contains("> " + prompt + "\n"), expected));
        given.put("LC_ALL", "C");
        assertEquals(expected, run(line, given).out());
        assertEquals(expected, run(GENERATE + "- < \"$file\"", given).out());
        given.remove("LC_ALL");
        assertEquals(expected, run(line, given).out(), "without any locale");
    }

    @Test
    void pathsMayHaveAnyLetters() throws IOException, InterruptedException {
        Map<String, String> posix =
                Map.of("LC_ALL", "POSIX", "hf", HF.toAbsolutePath().toString());
        // The name comes from the shell: this test may itself run where Java cannot name such a file.
        LauncherClone.Run run = run(
                "cd \"${model%/*}\" && name=$(printf 'na\\303\\257ve \\346\\250\\241') && \"$steer\" export \"$hf\" -o \"$name\""
                        + " && test -f \"$name/steering.json\" && \"$steer\" inspect \"$name\"",
                posix);
        assertEquals(ExitCodes.SUCCESS, run.exit(), run.err());
        assertTrue(run.out().contains("naïve 模"), run.out());
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException, InterruptedException {
        LauncherClone.Run run = run(GENERATE + "\"$(printf 'na\\357ve?')\"", Map.of("LC_ALL", "C"));
        assertEquals(ExitCodes.USAGE, run.exit(), run.out());
        assertTrue(run.err().startsWith("steer: An argument is not UTF-8"), run.err());
    }

    @Test
    void withoutTheLauncherLettersThatWouldBeLostAreRefused() throws IOException, InterruptedException {
        Map<String, String> plain = Map.of("LC_ALL", "C", "CLASSPATH", System.getProperty("java.class.path"));
        LauncherClone.Run run = run(
                "\"$JAVA_HOME/bin/java\" dev.steering.cli.Steer generate --model m \"$(printf 'na\\303\\257ve?')\"",
                plain);
        assertEquals(ExitCodes.USAGE, run.exit(), run.out());
        assertTrue(run.err().contains("Start Steer by its launcher"), run.err());
    }

    /** A closed stream would be the place of the next file that is opened. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- <&- | 1 | Bad file descriptor",
                "hello >&- | 1 | Cannot write to standard output",
                "hello 2>&- | 0 |",
                "hello <&- >&- 2>&- | 1 |"
            })
    void aClosedStreamIsAnErrorAndNeverAModelsFile(String line, int exit, String message)
            throws IOException, InterruptedException {
        Map<Path, byte[]> before = contents();
        LauncherClone.Run run = run(GENERATE + line, Map.of());
        assertEquals(exit, run.exit(), run.err());
        assertTrue(message == null ? run.err().isEmpty() : run.err().contains(message), run.err());
        Map<Path, byte[]> after = contents();
        assertEquals(before.keySet(), after.keySet());
        before.forEach((file, bytes) -> assertArrayEquals(bytes, after.get(file), file.toString()));
    }

    private static Map<Path, byte[]> contents() throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @Test
    void isFoundThroughALink() throws IOException, InterruptedException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("there"), Path.of("../a clone/steer"));
        Files.createSymbolicLink(bin.resolve("steer"), Path.of("there"));
        LauncherClone.Run run =
                run("\"$link\" --version", Map.of("link", bin.resolve("steer").toString()));
        assertEquals(ExitCodes.SUCCESS, run.exit(), run.err());
        assertTrue(run.out().startsWith("steer "), run.out());
    }

    @Test
    void helpIsAsWideAsAsked() throws IOException, InterruptedException {
        String help = run("\"$steer\" generate --help", Map.of("COLUMNS", "60")).out();
        help.lines().forEach(line -> assertTrue(line.length() <= 60, line));
    }

    @Test
    void classesComeFromAnArchiveThatIsMadeOnce() throws IOException, InterruptedException {
        Path archive = clone.archives().get(0);
        assertTrue(Files.size(archive) > 1_000_000, archive + ": it could not be made");
        FileTime made = Files.getLastModifiedTime(archive);
        String loaded = run("\"$steer\" --version", Map.of("STEER_JAVA_OPTS", "-Xlog:class+load"))
                .out();
        assertTrue(
                loaded.lines()
                                .filter(line -> line.contains("shared objects file (top)"))
                                .count()
                        > 100,
                "not used");
        assertEquals(made, Files.getLastModifiedTime(clone.archives().get(0)));
    }

    @Test
    void aDamagedOrStaleArchiveIsNotUsed() throws IOException, InterruptedException {
        Path archive = clone.archives().get(0);
        byte[] whole = Files.readAllBytes(archive);
        FileTime made = Files.getLastModifiedTime(archive);
        try {
            // Archives are read-only.
            Files.delete(archive);
            Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
            assertClean("cut");
            Arrays.fill(whole, 0, 4096, (byte) 'x');
            Files.deleteIfExists(archive);
            Files.write(archive, whole);
            assertClean("something else");
        } finally {
            for (Path left : clone.archives()) {
                Files.delete(left);
            }
        }
        assertClean("made again");
        Path jar = clone.root().resolve("steering-cli/target/steering-cli.jar");
        FileTime built = Files.getLastModifiedTime(jar);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(built.toMillis() - 100_000));
        assertClean("of another jar");
        Files.setLastModifiedTime(jar, built);
        assertTrue(Files.getLastModifiedTime(clone.archives().get(0)).compareTo(made) > 0);
    }

    private static void assertClean(String archive) throws IOException, InterruptedException {
        LauncherClone.Run run = run("\"$steer\" --version", Map.of());
        assertEquals(ExitCodes.SUCCESS, run.exit(), archive + ": " + run.err());
        assertEquals("", run.err(), archive);
        assertTrue(run.out().startsWith("steer "), archive);
    }

    /** A clone that is not built; its build takes two seconds and fails while another one goes on. */
    private static Path unbuilt(String name) throws IOException {
        Path root = Files.createDirectories(directory.resolve(name));
        Files.copy(clone.launcher(), root.resolve("steer"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(
                root.resolve("mvnw"),
                String.join(
                        "\n",
                        List.of(
                                "mkdir building || exit 1",
                                "echo built >> builds",
                                "sleep 2",
                                "mkdir -p steering-cli/target",
                                "cp \"$built\"/steer.classpath \"$built\"/steering-cli.jar steering-cli/target",
                                "rmdir building")));
        return root;
    }

    @Test
    void twoFirstUsesAtOnceBuildOnce() throws IOException, InterruptedException {
        Path root = unbuilt("two at once");
        // What a build that was killed leaves behind: no process has such a number.
        Files.createDirectories(root.resolve("target"));
        Files.createSymbolicLink(root.resolve("target/steer-build.lock"), Path.of("999999999"));
        LauncherClone.Run run = run(
                "cd \"$new\" && { ./steer --version >a 2>&1 & } && ./steer --version >b 2>&1 && wait && cat a b",
                Map.of(
                        "new",
                        root.toString(),
                        "built",
                        clone.root().resolve("steering-cli/target").toString()));
        assertEquals(ExitCodes.SUCCESS, run.exit(), run.out() + run.err());
        assertEquals(
                2, run.out().lines().filter(line -> line.startsWith("steer 0.")).count(), run.out());
        assertEquals("built\n", Files.readString(root.resolve("builds")));
        assertFalse(Files.exists(root.resolve("target/steer-build.lock"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void whatCannotBeBuiltForWantOfPermissionSaysSo() throws IOException, InterruptedException {
        Path root = unbuilt("read-only");
        // A file in the place of the directory stops the superuser too.
        Files.writeString(root.resolve("target"), "");
        LauncherClone.Run run =
                run("\"$new\" --version", Map.of("new", root.resolve("steer").toString()));
        assertEquals(ExitCodes.FAILURE, run.exit(), run.out());
        assertTrue(
                run.err().startsWith("steer: it has to be built first, and you may not write to " + root), run.err());
    }
}
