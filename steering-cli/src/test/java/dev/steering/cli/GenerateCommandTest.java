package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code steer generate}'s methods, plans and conditions on the demo model. */
class GenerateCommandTest {
    private static final Path DEMO = Fixtures.demoModel();
    private static final String PROMPT = Generating.PROMPT;

    @TempDir
    static Path directory;

    private static Generating generating = new Generating("", "");
    private static String bundle = "";
    private static String vector = "";

    @BeforeAll
    static void export() {
        generating = Generating.in(directory);
        bundle = generating.bundle();
        vector = generating.vector();
    }

    private static CommandRun generate(String options, String... more) {
        return generating.run(options, more);
    }

    private static String answer(String options) {
        return generating.answer(options);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--method self-cd",
                "--method self-cd --alpha 1.5 --safety-prompt Safety. --safety-placement user --plausibility 0.1 --first-steps 3",
                "--method prompt",
                "--method default",
                "--method none",
                "--vector VECTOR --method random --alpha 1 --layers 3 --random-seed 7",
                "--vector VECTOR --method add --alpha 1 --scale raw --layers 3 --keep-norm --scope all",
                "--vector VECTOR --method subtract --alpha 1 --layers auto --scope generated --every 2",
                "--vector VECTOR --method ablate --layers 2-5 --one-sided --scope prompt",
                "--vector VECTOR --method scans --alpha 0.75 --scale raw --layers 3 --classifier-layers 5 --threshold 0.96 --rule every"
            })
    void everyMethodAnswers(String options) {
        assertTrue(answer(options).startsWith("> " + PROMPT), options);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--method self-cd --layers 3 | --layers has no effect with --method self-cd: it belongs to add, subtract, ablate, partial-or, scans, alphasteer, adasteer, random.",
                "--method prompt --alpha 1 | --alpha has no effect with --method prompt",
                "--method id-null --alpha 0.5 --acd-alpha 0.4 | --alpha and --acd-alpha both say the strength of id-null: give one.",
                "--vector VECTOR --method add --alpha 1 --layers 3 --threshold 0.5 | --threshold has no effect with --method add: it belongs to scans.",
                "--vector VECTOR --method ablate --layers 3 --keep-norm | --keep-norm has no effect with --method ablate",
                "--vector VECTOR --method add --alpha 1 --layers 3 --one-sided | --one-sided has no effect with --method add: it belongs to ablate.",
                "--vector VECTOR --condition VECTOR | --condition has no effect with --method scans",
                "--vector VECTOR --method add --condition VECTOR | --condition needs --condition-layers and --condition-threshold",
                "--vector VECTOR --method add --condition-below | need a --condition vector",
                "--vector VECTOR --preset llama-2-7b | The preset llama-2-7b is for a model of 32 layers, this one has 6.",
                "--plan plan.json --method add | --plan says everything: leave --method and --save-plan out.",
                "--plan plan.json --alpha 2 --layers 3 | --plan says everything: leave --alpha, --layers out.",
                "--plan nowhere.json | Cannot read the steering plan nowhere.json",
                "--method add | --method add needs a --vector.",
                "--method self-cd --plausibility 2 | plausibility bound must be in (0, 1], found 2.0.",
                "--any-model | --any-model has no effect with --method default"
            })
    void whatWouldBeIgnoredOrIsMissingIsAnError(String options, String message) {
        CommandRun run = generate(options);
        run.assertFails(message);
        assertEquals(message.startsWith("Cannot read") ? ExitCodes.FAILURE : ExitCodes.USAGE, run.exit(), run.err());
    }

    @Test
    void wordsThatNothingIsCalledAreWrongCommandLines() {
        for (String options : List.of("--method magic", "--scope some", "--preset gpt", "--every 0")) {
            CommandRun run = generate(options);
            assertEquals(ExitCodes.USAGE, run.exit(), options);
        }
        assertTrue(generate("--method magic").err().contains("There is no method 'magic'"));
    }

    /** A direction that is much too strong: the same word for ever, which is said. */
    @Test
    void degenerateAnswersAreSaid() {
        CommandRun run = generate("--vector VECTOR --method subtract --alpha 1e6 --layers 5 --json");
        assertEquals(ExitCodes.SUCCESS, run.exit(), run.err());
        assertTrue(run.out().contains("\"finish\":\"length\",\"degenerate\":\"repetitive\","), run.out());
        assertTrue(
                run.err().contains("steer: warning: of 1 answers 0 are empty and 1 repetitive. Steering with less"),
                run.err());
        CommandRun cut = generating.command("generate --max-new-tokens 2 --json --method default", Stream.of(PROMPT));
        assertTrue(cut.out().contains("\"degenerate\":\"cut\","), cut.out());
        assertFalse(cut.err().contains("warning"), "a length that was asked for is as wanted");
        assertTrue(generate("--json --method default").out().contains("\"degenerate\":null,"));
    }

    /** A saved plan answers as its options did, from wherever it is read, and names its vector relative to itself. */
    @Test
    void aSavedPlanDoesTheSameAgain() throws IOException {
        Path plan = Files.createDirectories(directory.resolve("plans")).resolve("plan.json");
        String options =
                "--vector VECTOR --method subtract --alpha 0.75 --scale raw --layers 3 --keep-norm --scope all --every 2";
        CommandRun saved = generate(options, "--save-plan", plan.toString());
        assertEquals(ExitCodes.SUCCESS, saved.exit(), saved.err());
        assertTrue(Files.readString(plan).contains("\"../refusal.safetensors\""), Files.readString(plan));
        assertEquals(saved.out(), answer("--plan " + plan));
        assertNotEquals(answer("--method default"), saved.out());
    }

    @Test
    void aConditionIsPrintedWithWhatCameOfIt() {
        String steering = "--vector VECTOR --method add --alpha 3 --scale raw --layers 3";
        String condition =
                " --condition VECTOR --condition-layers 4,5 --condition-measure cosine --condition-token last";
        String met = answer(steering + condition + " --condition-threshold -1");
        String unmet = answer(steering + condition + " --condition-threshold -1 --condition-below");
        assertTrue(met.contains("[condition holds: cosine "), met);
        assertTrue(met.contains("threshold -1.0000: steered]"), met);
        assertTrue(unmet.contains("[condition does not hold: cosine "), unmet);
        assertEquals(lastLines(answer(steering)), lastLines(met));
        assertEquals(lastLines(answer("--method default")), lastLines(unmet));
        CommandRun json = generate(steering + condition + " --condition-threshold -1", "--json");
        assertTrue(json.out().contains("\"method\":\"add\",\"condition\":true,\"score\":"), json.out());
    }

    private static String lastLines(String printed) {
        return printed.lines()
                .filter(line -> !line.startsWith("[") && !line.startsWith("> "))
                .reduce("", (a, b) -> a + b + "\n");
    }

    @Test
    void layersAreValidatedByWhatTheyDo() throws IOException {
        Path prompts = DEMO.resolve("prompts");
        Path anchored = directory.resolve("anchored.safetensors");
        Path harmful = head(prompts.resolve("calibration-harmful.txt"));
        Path harmless = head(prompts.resolve("calibration-safe.txt"));
        CommandRun run = CommandRun.steer(
                "layers",
                vector,
                "--model",
                bundle,
                "--harmful",
                harmful.toString(),
                "--harmless",
                harmless.toString(),
                "--alpha",
                "0.75",
                "--scale",
                "raw",
                "--layers",
                "auto",
                "--validate",
                "--validate-tokens",
                "4",
                "-o",
                anchored.toString());
        assertEquals(ExitCodes.SUCCESS, run.exit(), run.err());
        assertTrue(run.out().contains("refusal mass of the first 4 tokens, alpha 0.75 (raw)"), run.out());
        assertTrue(run.out().contains("strongest segment: layers "), run.out());
        String stored = Files.readString(directory.resolve("anchored.safetensors.validation.json"));
        assertTrue(stored.startsWith("{\n  \"format\" : \"layer-validation\",\n  \"version\" : 1,"), stored);
        CommandRun unused = CommandRun.steer("layers", vector, "--model", bundle, "--validate-tokens", "4");
        assertTrue(unused.err().contains("have no effect without --validate"), unused.err());
    }

    private static Path head(Path prompts) throws IOException {
        List<String> lines = Files.readAllLines(prompts);
        return Files.write(directory.resolve(prompts.getFileName()), lines.subList(0, 6));
    }
}
