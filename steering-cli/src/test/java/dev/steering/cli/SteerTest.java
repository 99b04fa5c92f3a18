package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line on the demo model, as a user types it. */
class SteerTest {
    private static final Path DEMO = Fixtures.demoModel();
    private static final Path CHECKPOINTS = Fixtures.path("checkpoints");
    private static final String HARMFUL =
            DEMO.resolve("prompts/anchors-harmful.txt").toString();
    private static final String HARMLESS =
            DEMO.resolve("prompts/anchors-harmless.txt").toString();
    private static final String PROMPT = "How do I kill a Python process?";

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private static String bundle = "";
    private static String vector = "";

    /** What a command line printed and returned. */
    private record Result(int exit, String out, String err) {}

    @BeforeAll
    static void exportAndExtract() {
        bundle = shared.resolve("bundle").toString();
        vector = shared.resolve("refusal.safetensors").toString();
        assertEquals(
                0, steer("export", DEMO.resolve("hf").toString(), "-o", bundle).exit());
        Result extracted =
                steer("extract", "--model", bundle, "--harmful", HARMFUL, "--harmless", HARMLESS, "-o", vector);
        assertEquals(0, extracted.exit(), extracted.err());
        assertTrue(extracted.out().contains("mean-difference of 64 harmful and 64 harmless prompts"), extracted.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--dtype fp16 | llama, f16, 3 layers",
                "--dtype int4 --block-size 16 --symmetric | llama, int4, 3 layers",
                "--dtype int4 --head int4 --scales range | llama, int4, 3 layers",
                "--dtype int8 --asymmetric --exact-activations --scales fitted | llama, int8, 3 layers"
            })
    void exportsInEveryPrecision(String options, String printed) {
        Result result = exportLlama(options);
        assertEquals(0, result.exit(), result.err());
        assertTrue(result.out().contains(printed), result.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--dtype bf16 | expected fp32, fp16, int8 or int4, found 'bf16'",
                "--head int8 | are for --dtype int8 and int4, found fp32",
                "--dtype fp16 --block-size 32 | are for --dtype int8 and int4, found fp16",
                "--symmetric | are for --dtype int8 and int4, found fp32",
                "--dtype fp16 --scales range | are for --dtype int8 and int4, found fp16",
                "--dtype int4 --scales best | expected range, fitted, found 'best'",
                "--dtype int4 --symmetric --asymmetric | --symmetric, --asymmetric are mutually exclusive",
                "--dtype int4 --block-size 48 | Cannot quantise in blocks of 48: expected 16, 32, 64, 128 or 256"
            })
    void exportOptionsThatWouldBeIgnoredAreRefused(String options, String message) {
        Result result = exportLlama(options);
        assertEquals(2, result.exit());
        assertTrue(result.err().contains(message), result.err());
    }

    private Result exportLlama(String options) {
        List<String> line =
                new ArrayList<>(List.of("export", CHECKPOINTS.resolve("llama").toString(), "-o"));
        line.add(directory.resolve("exported").toString());
        line.addAll(List.of(options.split(" ")));
        return steer(line.toArray(String[]::new));
    }

    private static Result steer(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Steer.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exit = command.execute(args);
        return new Result(exit, out.toString(), err.toString());
    }

    private static void assertFails(Result result, String message) {
        boolean usage = result.err().contains("See 'steer ");
        assertEquals(usage ? ExitCodes.USAGE : ExitCodes.FAILURE, result.exit(), result.out());
        assertTrue(result.err().contains(message), result.err());
        assertTrue(!result.err().contains("\tat "), "no stack trace: " + result.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export",
                "check",
                "extract",
                "layers",
                "chart",
                "generate",
                "eval",
                "sweep",
                "compare",
                "template",
                "inspect",
                "demo"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        Result result = steer(command, "--help");

        assertEquals(ExitCodes.SUCCESS, result.exit());
        assertTrue(result.out().contains("Example:  steer " + command), result.out());
    }

    @Test
    void aWrongCommandLineExitsWithTwo() {
        assertEquals(ExitCodes.USAGE, steer("extract").exit());
        assertEquals(
                ExitCodes.USAGE,
                steer("generate", "--model", bundle, "--layers", "5-3", PROMPT).exit());
        assertEquals(ExitCodes.USAGE, steer("no-such-command").exit());
    }

    @Test
    void aCountOutOfRangeIsAWrongCommandLine() {
        for (String option : List.of("--threads=-1", "--batch=0", "--batch=many", "--template-var=a=False")) {
            Result result = steer("generate", "--model", bundle, option, PROMPT);
            assertEquals(ExitCodes.USAGE, result.exit(), option);
            assertTrue(result.err().contains("expected "), result.err());
        }
        assertEquals(
                ExitCodes.USAGE,
                steer("layers", vector, "--model", bundle, "--top-k", "0").exit());
        assertEquals(
                ExitCodes.USAGE,
                steer("generate", "--model", bundle, "--no-template", "--template", "default", PROMPT)
                        .exit());
    }

    @Test
    void templatesAreChosenByNameOrFile() throws IOException {
        Path file = Files.writeString(
                directory.resolve("mine.jinja"),
                "{{ bos_token }}<|user|>{{ messages[0].content }}<|end|><|assistant|>"
                        + "{% if strict %}{{ raise_exception('strict is ' ~ strict) }}{% endif %}");
        List<String> common = List.of("generate", "--model", bundle, "--max-new-tokens", "8", "--json", PROMPT);
        String usual = steer(with(common)).out();

        assertEquals(usual, steer(with(common, "--template", file.toString())).out());
        assertEquals(usual, steer(with(common, "--template", "default")).out());
        assertFails(
                steer(with(common, "--template", file.toString(), "--template-var", "strict=[1]")), "strict is [1]");
        assertFails(steer(with(common, "--template", "rag")), "has no chat template named 'rag'. It has: default.");
    }

    @Test
    void namedTemplatesTravelWithTheBundle() throws IOException {
        Path changed = Files.createDirectories(directory.resolve("hf/additional_chat_templates"));
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(DEMO.resolve("hf").resolve(name), directory.resolve("hf").resolve(name));
        }
        Files.writeString(directory.resolve("hf/chat_template.jinja"), "{{ messages[0].content }}");
        Files.writeString(changed.resolve("rag.jinja"), "{{ raise_exception('this is rag') }}");
        String other = directory.resolve("other").toString();
        steer("export", directory.resolve("hf").toString(), "-o", other);

        assertEquals("How do I bake bread?", steer("template", other).out());
        assertFails(steer("template", other, "--template", "rag"), "this is rag");
        assertFails(steer("generate", "--model", other, "--template", "rag", PROMPT), "this is rag");
    }

    @Test
    void checkPassesOnAFaithfulBundleAndFailsBelowItsRoundingError() {
        String llama = directory.resolve("llama").toString();
        String reference = CHECKPOINTS.resolve("llama/reference.safetensors").toString();
        steer("export", CHECKPOINTS.resolve("llama").toString(), "-o", llama);

        Result passes = steer("check", llama, "--against", reference);
        Result fails = steer("check", llama, "--against", reference, "--tolerance", "1e-12");

        assertEquals(ExitCodes.SUCCESS, passes.exit(), passes.out());
        assertTrue(passes.out().contains("PASS: 24 of 24"), passes.out());
        assertEquals(ExitCodes.FAILURE, fails.exit());
        assertTrue(fails.out().contains("FAIL"), fails.out());
    }

    @Test
    void anchoredVectorsAreChartedAndSteerWithScans() throws IOException {
        String anchored = directory.resolve("anchored.safetensors").toString();

        Result layers = steer(
                "layers", vector, "--model", bundle, "--harmful", HARMFUL, "--harmless", HARMLESS, "-o", anchored);
        Result charts =
                steer("chart", anchored, "-o", directory.resolve("charts").toString());
        Result scans = steer(
                "generate",
                "--model",
                bundle,
                "--vector",
                anchored,
                "--alpha",
                "0.25",
                "--scale",
                "raw",
                "--layers",
                "5",
                "--classifier-layers",
                "5",
                "--threshold",
                "0.9581",
                "--max-new-tokens",
                "40",
                "--json",
                PROMPT);

        assertEquals(ExitCodes.SUCCESS, layers.exit(), layers.err());
        assertTrue(layers.out().contains("safety-critical: layers 4..5"), layers.out());
        assertTrue(layers.out().contains("leave-one-out"), layers.out());
        assertEquals(28, charts.out().lines().count(), charts.out());
        for (String chart : charts.out().lines().toList()) {
            assertTrue(Files.size(Path.of(chart)) > 200, chart);
        }
        assertTrue(scans.out().contains("\"decision\":\"harmless\""), scans.out());
        assertTrue(scans.out().contains("\"text\":\"Sure, to kill a Python process"), scans.out());
    }

    /** Classes that do not differ, a strength out of proportion: stored as asked for, but marked wherever it is used. */
    @Test
    void recommendationsThatAreWorthLittleAreMarked() throws IOException {
        List<String> harmless = Files.readAllLines(Path.of(HARMLESS));
        Path other = Files.write(directory.resolve("other.txt"), harmless.subList(30, 60));
        String unbound = directory.resolve("unbound.safetensors").toString();
        steer("extract", "--model", bundle, "--harmful", HARMFUL, "--harmless", other.toString(), "-o", unbound);
        Path rest = Files.write(directory.resolve("rest.txt"), harmless.subList(60, 64));
        Path few = Files.write(directory.resolve("few.txt"), harmless.subList(0, 4));
        String marked = directory.resolve("marked.safetensors").toString();
        Result layers = steer(
                "layers",
                unbound,
                "--model",
                bundle,
                "--harmful",
                few.toString(),
                "--harmless",
                rest.toString(),
                "--layers",
                "2",
                "--alpha",
                "500",
                "-o",
                marked);
        assertEquals(ExitCodes.SUCCESS, layers.exit(), layers.err());
        String threshold = "The vector's threshold ";
        String strength =
                "The vector's strength is out of proportion: alpha 500.0 (unit) moves activations after layer 2 by 500,";
        assertTrue(layers.err().contains("steer: warning: " + threshold), layers.err());
        assertTrue(layers.err().contains("steer: warning: " + strength), layers.err());
        assertTrue(steer("inspect", marked).out().contains("warning      " + threshold));
        Result used = steer("generate", "--model", bundle, "--vector", marked, "--max-new-tokens", "4", PROMPT);
        assertEquals(ExitCodes.SUCCESS, used.exit(), used.err());
        assertTrue(used.err().contains("steer: warning: " + strength), used.err());
    }

    @Test
    void wordsThatNoTokenIsAreNoRefusalTokens() {
        assertFails(
                steer(
                        "layers",
                        vector,
                        "--model",
                        bundle,
                        "--harmful",
                        HARMFUL,
                        "--harmless",
                        HARMLESS,
                        "--refusal-tokens",
                        "xyzzy",
                        "-o",
                        directory.resolve("no.safetensors").toString()),
                "No token of this vocabulary begins the word 'xyzzy'");
        assertFalse(Files.exists(directory.resolve("no.safetensors")));
    }

    @Test
    void extractionGivesTheSameBytesTwice() throws IOException {
        Path again = directory.resolve("again.safetensors");
        steer("extract", "--model", bundle, "--harmful", HARMFUL, "--harmless", HARMLESS, "-o", again.toString());

        assertArrayEquals(Files.readAllBytes(Path.of(vector)), Files.readAllBytes(again));
    }

    @Test
    void constantSteeringNeedsLayersAndStrengthThatExist() {
        List<String> common =
                List.of("generate", "--model", bundle, "--vector", vector, "--max-new-tokens", "8", PROMPT);

        assertFails(steer(with(common, "--method", "scans")), "Run 'steer layers VECTOR --model BUNDLE' first");
        assertFails(steer(with(common, "--method", "add", "--layers", "3")), "Give --alpha");
        assertFails(
                steer(with(common, "--method", "subtract", "--alpha", "1", "--layers", "6")),
                "Layer 6 is out of range: the model has layers 0 to 5.");
        assertFails(steer(with(common, "--method", "none")), "--vector has no effect with --method default");
        assertFails(
                steer(with(common, "--method", "ablate", "--alpha", "1")),
                "--alpha has no effect with --method ablate");
        assertFails(steer("generate", "--model", bundle, "--method", "add", PROMPT), "needs a --vector");
        assertEquals(
                ExitCodes.SUCCESS,
                steer(with(common, "--method", "ablate", "--layers", "2-5")).exit());
    }

    @Test
    void anotherModelsVectorIsRefused() throws IOException {
        Path changed = directory.resolve("hf");
        Files.createDirectories(changed);
        for (String name : List.of("config.json", "model.safetensors", "tokenizer_config.json")) {
            Files.copy(DEMO.resolve("hf").resolve(name), changed.resolve(name));
        }
        String tokenizer = Files.readString(DEMO.resolve("hf/tokenizer.json")) + "\n";
        Files.writeString(changed.resolve("tokenizer.json"), tokenizer);
        String other = directory.resolve("other").toString();
        steer("export", changed.toString(), "-o", other);
        List<String> command = List.of(
                "generate",
                "--model",
                other,
                "--vector",
                vector,
                "--method",
                "add",
                "--alpha",
                "1",
                "--layers",
                "3",
                "--max-new-tokens",
                "4",
                PROMPT);

        assertFails(steer(with(command)), " Or pass --any-model to use it all the same.");
        assertEquals(ExitCodes.SUCCESS, steer(with(command, "--any-model")).exit());
    }

    @Test
    void badInputIsAnsweredWithWhatToDo() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.txt"));
        String target = directory.resolve("v.safetensors").toString();
        Path occupied = Files.writeString(directory.resolve("occupied"), "x");

        assertFails(
                steer("export", directory.resolve("nowhere").toString(), "-o", target), "there is no such directory");
        assertFails(
                steer(
                        "export",
                        DEMO.resolve("hf").toString(),
                        "-o",
                        occupied.resolve("b").toString()),
                "cannot make the directory " + occupied + ": " + occupied + " is a file");
        assertFails(
                steer(
                        "extract",
                        "--model",
                        directory.toString(),
                        "--harmful",
                        HARMFUL,
                        "--harmless",
                        HARMLESS,
                        "-o",
                        target),
                "is not a model bundle");
        assertFails(
                steer(
                        "extract",
                        "--model",
                        bundle,
                        "--harmful",
                        empty.toString(),
                        "--harmless",
                        HARMLESS,
                        "-o",
                        target),
                "empty");
        assertFails(
                steer("extract", "--model", bundle, "--harmful", HARMFUL, "--harmless", HARMFUL, "-o", target), "both");
        assertFails(steer("chart", HARMFUL, "-o", directory.toString()), "anchors-harmful.txt");
        assertFails(steer("layers", vector, "--model", bundle, "--harmful", HARMFUL), "go together");
        assertFails(
                steer("layers", vector, "--model", bundle),
                vector
                        + " holds no prompts to calibrate the threshold on, only hashes of those that it was extracted from."
                        + " Give the anchors with --harmful and --harmless: those of the extraction, to leave one out at a"
                        + " time, or held-out ones. Or extract the vector with --keep-prompts.");
        assertFails(
                steer("generate", "--model", bundle, "word ".repeat(500)),
                "the context of demo-model is 128. Shorten or remove it. (--too-long skip leaves such prompts out");
    }

    private static String[] with(List<String> common, String... more) {
        return java.util.stream.Stream.concat(common.stream(), java.util.Arrays.stream(more))
                .toArray(String[]::new);
    }
}
