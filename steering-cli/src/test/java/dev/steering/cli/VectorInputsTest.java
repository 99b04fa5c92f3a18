package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every argument of every command that is a vector takes another tool's file, too. */
class VectorInputsTest {
    private static final String GGUF =
            LlamaCppReferenceTest.resource("raw-repeng.gguf").toString();
    private static final List<String> FORMATS = List.of("gguf", "npz", "npy", "svec", "safetensors", "json");
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");

    @TempDir
    private static Path shared;

    private static String bundle = "";

    @TempDir
    private Path directory;

    /**
     * How an argument is tried.
     *
     * @param line the rest of the command line, words separated by blanks; FILE is the vector, OUT a new name, SAFE and HARMFUL prompts
     * @param lacking what the command says that the file lacks; empty if it lacks nothing
     */
    private record Try(String line, String lacking) {
        Try(String line) {
            this(line, "");
        }
    }

    private static final String ASKED = " --model MODEL --max-new-tokens 4 ";
    private static final String SETS = " --limit 4 ";

    private static final Map<String, Try> TRIES = new TreeMap<>(Map.ofEntries(
            Map.entry("inspect 0", new Try("inspect FILE")),
            Map.entry("chart 0", new Try("chart FILE -o OUT")),
            Map.entry("report 0", new Try("report FILE -o OUT.html")),
            Map.entry("convert 0", new Try("convert FILE -o OUT.safetensors --model MODEL --to steer")),
            Map.entry("convert --like", new Try("convert FILE -o OUT.safetensors --like FILE --to steer")),
            Map.entry(
                    "generate --vector",
                    new Try("generate" + ASKED + "--vector FILE --method add --layers 3 --alpha 1 Hello?")),
            Map.entry(
                    "generate --condition",
                    new Try("generate" + ASKED
                            + "--vector FILE --method add --layers 3 --alpha 1 --condition FILE --condition-layers 3"
                            + " --condition-threshold 0 Hello?")),
            Map.entry(
                    "trace --vector",
                    new Try("trace" + ASKED + "--vector FILE --method add --layers 3 --alpha 1 Hello?")),
            Map.entry(
                    "trace --against-vector",
                    new Try("trace" + ASKED + "--vector UNIT --method add --layers 3 --alpha 1 --against-vector FILE"
                            + " --against-layers 3 --against-alpha 2 Hello?")),
            Map.entry("chat --vector", new Try("chat" + ASKED + "--vector FILE --method add --layers 3 --alpha 1")),
            Map.entry(
                    "eval --vector",
                    new Try("eval" + ASKED
                            + "--vector FILE --methods default,add --layers 3 --alpha 1 --dataset SAFE@comply"
                            + " --dataset HARMFUL@refuse -o OUT" + SETS)),
            Map.entry(
                    "compare --vector",
                    new Try("compare" + ASKED
                            + "--vector FILE --methods default,add --layers 3 --alpha 1 --development SAFE@comply"
                            + " --development HARMFUL@refuse --test SAFE2@comply --test HARMFUL2@refuse --jailbreaks none"
                            + " --cost-rounds 0 --draws 0 -o OUT" + SETS)),
            Map.entry(
                    "sweep --vector",
                    new Try(
                            "sweep --model MODEL --vector FILE --dev SAFE@comply --dev HARMFUL@refuse --test SAFE2@comply"
                                    + " --test HARMFUL2@refuse --layers 3 --alphas 1 -o OUT" + SETS,
                            "transition reference")),
            Map.entry(
                    "layers 0",
                    new Try(
                            "layers FILE --model MODEL --harmful HARMFUL --harmless SAFE -o OUT.safetensors",
                            "transition reference")),
            Map.entry(
                    "extract --refusal",
                    new Try(
                            "extract --method alphasteer --model MODEL --harmful HARMFUL --harmless SAFE --refusal FILE"
                                    + " -o OUT.safetensors",
                            "statistics")),
            Map.entry(
                    "certify 0",
                    new Try("certify FILE" + ASKED
                            + "--method add --layers 3 --alpha 1 --over-refused SAFE --harmful HARMFUL"
                            + " --attack-templates none --controls 0 -o OUT.safetensors" + SETS)),
            Map.entry("bake --vector", new Try("bake --model MODEL --vector FILE -o OUT", "certificate")),
            Map.entry("vector compare 0", new Try("vector compare FILE FILE --model MODEL")),
            Map.entry("vector add 0", new Try("vector add FILE FILE -o OUT.safetensors --model MODEL")),
            Map.entry("vector subtract 0", new Try("vector subtract FILE UNIT -o OUT.safetensors")),
            Map.entry("vector average 0", new Try("vector average FILE FILE -o OUT.safetensors")),
            Map.entry("vector scale 0", new Try("vector scale FILE --by 2 -o OUT.safetensors --model MODEL")),
            Map.entry("vector normalise 0", new Try("vector normalise FILE -o OUT.safetensors")),
            Map.entry("vector restrict 0", new Try("vector restrict FILE --layers 3 -o OUT.safetensors --model MODEL")),
            Map.entry(
                    "vector orthogonalise 0",
                    new Try("vector orthogonalise UNIT --against FILE -o OUT.safetensors", "nothing is left")),
            Map.entry(
                    "vector orthogonalise --against",
                    new Try("vector orthogonalise UNIT --against FILE -o OUT.safetensors", "nothing is left")),
            Map.entry(
                    "vector repair 0",
                    new Try(
                            "vector repair FILE" + ASKED
                                    + "--layers 3 --alpha 1 --harmful HARMFUL --harmless SAFE --limit 10 --steps 1"
                                    + " -o OUT.safetensors",
                            "There is nothing to repair"))));

    @BeforeAll
    static void prepare() {
        bundle = shared.resolve("bundle").toString();
        steer("export", DemoVector.DEMO.resolve("hf").toString(), "-o", bundle).assertSucceeds();
        for (String format : FORMATS) {
            if (!format.equals("gguf")) {
                steer(
                                "convert",
                                GGUF,
                                "--to",
                                format,
                                "-o",
                                shared.resolve("v." + format).toString())
                        .assertSucceeds();
            }
        }
    }

    /** An argument that no line tries would be one that nobody has looked at. */
    @Test
    void everyArgumentIsTried() {
        TreeSet<String> found = new TreeSet<>();
        collect(Steer.commandLine(), "", found);
        assertEquals(TRIES.keySet(), found);
    }

    private static void collect(CommandLine command, String name, Set<String> found) {
        for (ArgSpec arg : command.getCommandSpec().args()) {
            boolean output =
                    arg instanceof OptionSpec option && option.longestName().equals("-o");
            boolean anyFile = !arg.isOption() && arg.paramLabel().matches("FILE([|]DIR)?") && !name.equals("judge");
            if (!output && (arg.paramLabel().matches("VECTOR|IN|.*MODEL.onnx.FILE") || anyFile)) {
                String which = arg instanceof OptionSpec option ? option.longestName() : "0";
                found.add(name + " " + which);
            }
        }
        command.getSubcommands()
                .forEach((subcommand, line) ->
                        collect(line, name.isEmpty() ? subcommand : name + " " + subcommand, found));
    }

    static Stream<String> tries() {
        return TRIES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("tries")
    void everyArgumentTakesAnotherToolsFile(String argument) {
        Try tried = TRIES.get(argument);
        boolean slow = argument.matches("(eval|compare|vector repair|certify) .*");
        for (String format : slow ? List.of("gguf", "npy") : FORMATS) {
            String file =
                    format.equals("gguf") ? GGUF : shared.resolve("v." + format).toString();
            CommandRun run = run(tried.line(), file, directory.resolve(format).toString());
            if (tried.lacking().isEmpty()) {
                assertEquals(ExitCodes.SUCCESS, run.exit(), argument + " with " + format + ": " + run.err());
            } else {
                assertEquals(ExitCodes.FAILURE, run.exit(), argument + " with " + format + ": " + run.err());
                assertTrue(run.err().contains(tried.lacking()), argument + " with " + format + ": " + run.err());
                assertFalse(run.err().contains("See 'steer "), "a file that lacks something is no wrong command line");
            }
        }
    }

    private static CommandRun run(String line, String file, String out) {
        List<String> words = new ArrayList<>();
        for (String word : line.trim().split(" +", -1)) {
            words.add(word.replace("FILE", file)
                    .replace("UNIT", GGUF.replace("raw-repeng", "unit-repeng"))
                    .replace("MODEL", bundle)
                    .replace("OUT", out)
                    .replace("SAFE2", PROMPTS.resolve("test-safe.csv").toString())
                    .replace("SAFE", PROMPTS.resolve("calibration-safe.txt").toString())
                    .replace("HARMFUL2", PROMPTS.resolve("test-harmful.csv").toString())
                    .replace(
                            "HARMFUL",
                            PROMPTS.resolve("calibration-harmful.txt").toString()));
        }
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("Hello?\n".getBytes(StandardCharsets.UTF_8)));
        try {
            return steer(words.toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void whatIsMadeOfThemIsOfTheModelThatIsSaid() {
        String out = directory.resolve("sum.safetensors").toString();
        CommandRun run = steer("vector", "add", GGUF, shared.resolve("v.npz").toString(), "--model", bundle, "-o", out)
                .assertSucceeds();
        SteeringVector sum = VectorFile.read(Path.of(out));
        assertEquals(
                Bundle.open(Path.of(bundle)).manifest().fingerprint(),
                sum.provenance().modelFingerprint());
        assertEquals(6, sum.layers());
        float[] twice = VectorFile.read(convert()).directions().row(3);
        for (int i = 0; i < twice.length; i++) {
            twice[i] *= 2;
        }
        assertTrue(Arrays.equals(twice, sum.directions().row(3)), "added row by row");
        assertTrue(run.out().contains("How another tool applies what it was made of"), run.out());
        steer("generate", "--model", bundle, "--vector", out, "--method", "add", "--layers", "3", "--alpha", "1", "Hi")
                .assertSucceeds();
    }

    private Path convert() {
        Path own = directory.resolve("own.safetensors");
        steer("convert", GGUF, "-o", own.toString(), "--model", bundle).assertSucceeds();
        return own;
    }

    /** A GGUF file holds no certificate, and is not replaced by a file of another kind. */
    @Test
    void whatIsMeasuredNeedsAFileThatHoldsIt() {
        String harmful = PROMPTS.resolve("calibration-harmful.txt").toString();
        steer("certify", GGUF, "--model", bundle, "--method", "add", "--harmful", harmful)
                .assertWrongUsage(GGUF
                        + " is a GGUF control vector, which does not hold what is measured of a vector: name a vector"
                        + " file to write with -o.");
    }
}
