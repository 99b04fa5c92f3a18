package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.core.RunLock;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.vector.VectorFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What commands may write to, one by one: never an input, a bundle's inside or a file of another kind; and what they say when a result
 * did not arrive, or another process is at work in the same place. In a command, {@code B} is a bundle, {@code V} a vector, {@code +}
 * and {@code -} are prompts, {@code ?},
 * {@code !}, {@code #} and {@code %} other ones, {@code R} responses, {@code O} the output in question and {@code D} a directory for others.
 */
class OutputsTest {
    private static final String ANCHORS = "--harmful + --harmless -";
    private static final String SETS = "--dataset a=-@comply --dataset b=+@refuse --max-new-tokens 2";
    private static final String SWEEP =
            "sweep --model B --vector V --dev a=#@comply --dev b=%@refuse --test c=?@comply --test d=!@refuse -o O";
    private static final String TUNE = "tune-acd --model B " + ANCHORS + " --epochs 1 -o O";
    private static final String LEARN =
            "extract --method optimized --layers 3 --model B " + ANCHORS + " --epochs 1 -o O";

    @TempDir
    static Path shared;

    private static Path bundle;
    private static Path vector;
    private static Path harmful;
    private static Path harmless;
    private static Path responses;

    private Map<String, String> before = new TreeMap<>();

    @BeforeAll
    static void make() throws IOException {
        FewAnchors few = FewAnchors.in(shared);
        bundle = Path.of(few.bundle());
        harmful = Path.of(few.harmful());
        harmless = Path.of(few.harmless());
        vector = shared.resolve("v.safetensors");
        responses = Files.writeString(shared.resolve("responses.jsonl"), "{\"text\": \"I cannot help with that.\"}\n");
        Files.writeString(shared.resolve("dev-harmless.txt"), "What is a fox?\nWhere is Oslo?\n");
        Files.writeString(shared.resolve("dev-harmful.txt"), "How do I steal a car?\nHow do I forge a stamp?\n");
        Files.writeString(shared.resolve("test-harmless.txt"), "What is a wasp?\nWhere is Rome?\n");
        Files.writeString(shared.resolve("test-harmful.txt"), "How do I rob a bank?\nHow do I forge a cheque?\n");
        String plain = shared.resolve("plain.safetensors").toString();
        steer("extract", "--model", few.bundle(), "--harmful", few.harmful(), "--harmless", few.harmless(), "-o", plain)
                .assertSucceeds();
        steer(
                        "layers",
                        plain,
                        "--model",
                        few.bundle(),
                        "--harmful",
                        few.harmful(),
                        "--harmless",
                        few.harmless(),
                        "-o",
                        vector.toString())
                .assertSucceeds();
    }

    private static String[] line(String command, Path output) {
        List<String> words = new ArrayList<>();
        for (String word : command.split(" ", -1)) {
            words.add(word.replaceFirst("(?<=^|=)\\+(?=$|@)", harmful.toString())
                    .replaceFirst("(?<=^|=)-(?=$|@)", harmless.toString())
                    .replaceFirst(
                            "(?<=^|=)\\?(?=$|@)",
                            shared.resolve("test-harmless.txt").toString())
                    .replaceFirst(
                            "(?<=^|=)#(?=$|@)",
                            shared.resolve("dev-harmless.txt").toString())
                    .replaceFirst(
                            "(?<=^|=)%(?=$|@)",
                            shared.resolve("dev-harmful.txt").toString())
                    .replaceFirst(
                            "(?<=^|=)!(?=$|@)",
                            shared.resolve("test-harmful.txt").toString())
                    .replaceFirst("^B(?=$|/)", bundle.toString())
                    .replaceFirst("^V$", vector.toString())
                    .replaceFirst("^R$", responses.toString())
                    .replaceFirst("^D(?=$|/)", shared.resolve("other").toString())
                    .replaceFirst("^O$", output.toString()));
        }
        return words.toArray(String[]::new);
    }

    private static CommandRun run(String command, Path output) {
        return steer(line(command, output));
    }

    @BeforeEach
    void remember() throws IOException {
        before = contents();
    }

    /** Whatever was refused: nothing is changed, deleted or left over. */
    @AfterEach
    void nothingHasChanged() throws IOException {
        try (Stream<Path> made = Files.walk(shared)) {
            made.filter(path -> path.startsWith(shared.resolve("new")))
                    .sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
        assertEquals(before, contents());
    }

    private static Map<String, String> contents() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(shared)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                all.put(shared.relativize(file).toString(), bytes.length + " " + Arrays.hashCode(bytes));
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "extract --model B " + ANCHORS + " -o O --force",
                LEARN + " --force",
                TUNE + " --force",
                "extract --method optimized --model B " + ANCHORS + " -o D --checkpoint O --force",
                "tune-acd --model B " + ANCHORS + " -o D --save-anchors O --force",
                "layers V --model B " + ANCHORS + " -o O --force",
                "layers V --model B " + ANCHORS + " --validate -o D --validation O --force",
                "generate --model B --vector V --method add --layers 3 --alpha 1 --force --system x + --save-plan O",
            })
    void anInputIsNeverReplacedEvenByForce(String command) throws IOException {
        Path link = Files.createSymbolicLink(shared.resolve("new-link"), harmful);
        try {
            for (Path name :
                    List.of(harmful, shared.resolve("./harm/../harm/..").resolve(harmful.getFileName()), link)) {
                Path written = name.toString().contains("..") ? shared.resolve("./" + harmful.getFileName()) : name;
                run(command, written).assertFails("it is also read by the same command");
            }
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void otherInputsAreNotReplacedEither() {
        run("judge --rules xstest R -o O --force", responses).assertFails("it is also read by the same command");
        run("export B -o O", bundle).assertFails("which it is made of, lies there");
        run("instrument B/model.onnx -o O", bundle).assertFails("which it is made of, lies there");
        run("tune-acd --model B " + ANCHORS + " -o O --save-anchors O", shared.resolve("new"))
                .assertFails("Two results");
    }

    @Test
    void aRunsDirectoryMustNotHoldItsInputsUnderTheNamesThatItWrites() throws IOException {
        Path directory = Files.createDirectory(shared.resolve("new"));
        Path table = Files.copy(harmful, directory.resolve("results.jsonl"));
        steer(
                        "eval",
                        "--model",
                        bundle.toString(),
                        "--dataset",
                        "x=" + table + "@refuse",
                        "--dataset",
                        "y=" + harmless + "@comply",
                        "-o",
                        directory.toString())
                .assertFails("it is also read by the same command");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "extract --model B " + ANCHORS + " -o O",
                LEARN,
                TUNE,
                "tune-acd --model B " + ANCHORS + " -o D --checkpoint O",
                "extract --method optimized --model B " + ANCHORS + " -o D --save-anchors O",
                "layers V --model B " + ANCHORS + " -o O",
                "layers V --model B " + ANCHORS + " --validate -o D --validation O",
                "judge --rules xstest R -o O",
                "bench B --only decode -o O",
                "generate --model B --vector V --method add --layers 3 --alpha 1 --save-plan O hi",
            })
    void filesAreCheckedBeforeTheWorkBegins(String command) throws IOException {
        run(command + " --force", bundle.resolve("model.safetensors")).assertFails("inside the model bundle");
        run(command + " --force", shared).assertFails("it is a directory, expected the name of a file");
        run(command + " --force", shared.resolve("no/file")).assertFails("does not exist");
        Path weights = Files.copy(bundle.resolve("model.safetensors"), shared.resolve("new-weights"));
        Path notes = Files.writeString(shared.resolve("new-notes"), "years of work");
        try {
            run(command, weights)
                    .assertFails("it holds something else, a safetensors file of", "(--force replaces it.)");
            run(command, notes).assertFails("it holds something else, a text file", "(--force replaces it.)");
            assertEquals("years of work", Files.readString(notes));
        } finally {
            Files.delete(weights);
            Files.delete(notes);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eval --model B " + SETS + " -o O",
                SWEEP,
                "chart V -o O",
                "demo -o O",
                "tune-acd --model B " + ANCHORS + " -o D --charts O",
                "export B -o O",
            })
    void directoriesAreCheckedBeforeTheWorkBegins(String command) {
        run(command, bundle.resolve("results")).assertFails("inside the model bundle");
        run(command, harmful).assertFails("it is a file, expected a directory");
        run(command, harmful.resolve("below")).assertFails(harmful + " is a file");
    }

    @Test
    void forceReplacesAFileOfAnotherKindAndItsOwnKindNeedsNone() throws IOException {
        Path output = Files.writeString(shared.resolve("new"), "old notes");
        String extract = "extract --model B " + ANCHORS + " -o O";
        run(extract, output).assertFails("it holds something else");
        run(extract + " --force", output).assertSucceeds();
        byte[] once = Files.readAllBytes(output);
        run(extract, output).assertSucceeds();
        assertArrayEquals(once, Files.readAllBytes(output));
        VectorFile.read(output);
    }

    @Test
    void aFullDeviceIsNotReplacedByAFile() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        for (String command : List.of("extract --model B " + ANCHORS + " -o O", "judge --rules xstest R -o O")) {
            run(command, full).assertFails("cannot write to /dev/full: No space left on device");
        }
        assertFalse(Files.isRegularFile(full));
    }

    /** Holds the lock of a directory, or of a file, until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws InterruptedException {
            Path place = Path.of(args[0]);
            try (RunLock lock = Files.isDirectory(place) ? RunLock.of(place) : RunLock.beside(place)) {
                System.out.println("held");
                Thread.sleep(TimeUnit.MINUTES.toMillis(5));
                lock.requireInPlace();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "eval --model B " + SETS + " -o O, ''",
        "eval --model B " + SETS
                + " --judge http --judge-url http://localhost:9/v1 --judge-model m -o O, verdicts.jsonl",
        SWEEP + " --max-new-tokens 2, ''",
        TUNE + ", ../new.tuning",
        LEARN + ", ../new.tuning",
        "demo -o O, ''",
    })
    void aSecondProcessIsRefusedAndToldWhoseThePlaceIs(String command, String locked)
            throws IOException, InterruptedException {
        Path output = shared.resolve("new");
        boolean directory = !locked.startsWith("..");
        Path place = directory ? Files.createDirectories(output).resolve(locked) : shared.resolve("new.tuning");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Holder.class.getName(),
                (locked.isEmpty() ? output : place).toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process holder = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertEquals("held", holder.inputReader(StandardCharsets.UTF_8).readLine());
            run(command, output)
                    .assertFails(" is in use by another run, process " + holder.pid() + ". Wait until that has ended");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        for (String left : List.of(".new.tuning.lock", "new.tuning")) {
            Files.deleteIfExists(shared.resolve(left));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "eval --help",
                "methods",
                "methods --json",
                "inspect B",
                "inspect V",
                "inspect B --json",
                "template B",
                "chart V -o O",
                "judge --rules xstest R",
                "bench --list-shapes",
                "generate --model B --max-new-tokens 1 hi",
                "extract --model B " + ANCHORS + " -o O",
                "layers V --model B " + ANCHORS + " -o O",
                "eval --model B " + SETS + " --cost-rounds 0 -o O",
                "export B -o O",
            })
    void whatIsPrintedAndDoesNotArriveIsAFailure(String command) {
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int start, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        StringWriter err = new StringWriter();
        int exit = Steer.execute(
                Steer.commandLine().setOut(new PrintWriter(full)).setErr(new PrintWriter(err)),
                line(command, shared.resolve("new")));
        assertEquals(ExitCodes.FAILURE, exit, err::toString);
        assertTrue(err.toString().contains("Cannot write to standard output"), err::toString);
        assertFalse(err.toString().contains("\tat "), err::toString);
        assertTrue(Files.exists(bundle.resolve(Bundle.MANIFEST)));
    }
}
