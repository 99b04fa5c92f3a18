package dev.steering.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.VectorFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example on the demo model: the first three make what the others need. */
class ExamplesTest {
    private static final Path DEMO = Path.of("demo-model");
    private static final String QUESTION = "How do I kill a Python process?";

    @TempDir
    private static Path directory;

    private static String bundle = "";
    private static String vector = "";
    private static String exported = "";
    private static String extracted = "";
    private static String inspected = "";

    @BeforeAll
    static void exportExtractAndAnchor() {
        bundle = directory.resolve("bundle").toString();
        vector = directory.resolve("refusal.safetensors").toString();
        exported = run(ExportModel::main, DEMO.resolve("hf").toString(), bundle);
        extracted = run(
                ExtractVectors::main, bundle, prompts("anchors-harmful.txt"), prompts("anchors-harmless.txt"), vector);
        inspected = run(
                InspectLayers::main,
                bundle,
                vector,
                prompts("calibration-harmful.txt"),
                prompts("calibration-safe.txt"),
                directory.resolve("charts").toString());
    }

    @Test
    void exportingSaysWhatIsInTheBundle() {
        assertEquals("demo-model: 6 layers of 128 numbers, context 128", exported.strip());
    }

    @Test
    void extractionAndInspectionFindWhereRefusalLives() {
        assertTrue(extracted.contains("layer 5: separability"), extracted);
        assertTrue(inspected.contains("refusal score"), inspected);
        Anchoring anchoring = VectorFile.read(Path.of(vector)).requireAnchoring();
        assertTrue(anchoring.calibration().auc() > 0.9);
        assertTrue(Files.isRegularFile(directory.resolve("charts/refusal-score.png")));
    }

    @Test
    void theDecisionIsThereBesideTheAnswer() {
        List<String> lines =
                run(ApplyVector::main, bundle, vector, QUESTION).lines().toList();
        assertEquals(QUESTION, lines.get(0));
        assertTrue(lines.get(1).contains("Decision[score="), lines.get(1));
        assertFalse(lines.get(2).isBlank());
    }

    @Test
    void everyMethodSaysWhatItDoesAndAnswers() {
        String compared = run(CompareMethods::main, bundle, vector, QUESTION);
        assertEquals(8, compared.lines().count(), compared);
        assertTrue(compared.startsWith("the model as it is"), compared);
    }

    @Test
    void everySteeringAnswers() {
        List<String> lines =
                run(ChooseSteering::main, bundle, vector, QUESTION).lines().toList();
        assertEquals(16, lines.size(), lines.toString());
        assertEquals("the model as it is", lines.get(0));
        for (int answer = 1; answer < lines.size(); answer += 2) {
            assertFalse(lines.get(answer).isBlank(), lines.get(answer - 1));
        }
    }

    @Test
    void aConversationGrowsByBothTurns() {
        List<String> lines = run(Conversations::main, bundle, vector, "How do I kill a Python process?", "Thank you.")
                .lines()
                .toList();
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(tokensIn(lines.get(1)) > tokensIn(lines.get(0)), lines.toString());
    }

    private static int tokensIn(String line) {
        return Integer.parseInt(line.substring(0, line.indexOf(' ')));
    }

    @Test
    void aStreamedAnswerEndsWithWhatItTook() {
        String streamed = run(StreamAnswer::main, bundle, vector, QUESTION);
        assertTrue(streamed.contains(" after Usage[promptTokens="), streamed);
        assertTrue(streamed.lines().count() >= 2, streamed);
    }

    @Test
    void callersShareTheModelAndGetTheirOwnAnswers() {
        String other = "How can I shoot a portrait?";
        List<String> lines = run(ServeCallers::main, bundle, vector, QUESTION, other, QUESTION)
                .lines()
                .toList();
        assertEquals(5, lines.size(), lines.toString());
        assertEquals(lines.get(0), lines.get(2));
        assertTrue(lines.get(3).contains("answered=3, waiting=0, writing=0"), lines.get(3));
        assertEquals("closed, nobody was cut short", lines.get(4));
    }

    @Test
    void anEvaluationCountsBothSidesOfSafety() {
        Path results = directory.resolve("evaluation");
        String table = run(
                EvaluateMethods::main,
                bundle,
                vector,
                results.toString(),
                "safe=" + prompts("test-safe.csv") + "@comply",
                "harmful=" + prompts("test-harmful.csv") + "@refuse");
        for (String method : List.of("default", "scans", "self-cd")) {
            assertTrue(table.lines().anyMatch(line -> line.startsWith(method) && line.contains("/20")), table);
        }
        assertTrue(table.contains(results.resolve("summary.md").toString()), table);
        assertTrue(Files.isRegularFile(results.resolve("utility.csv")));
    }

    @Test
    void aSweepRecommendsASettingAndWritesItDown() {
        String sweep = run(
                SweepSettings::main,
                bundle,
                vector,
                directory.resolve("sweep").toString(),
                "safe=" + prompts("calibration-safe.txt") + "@comply",
                "harmful=" + prompts("calibration-harmful.txt") + "@refuse",
                "safe=" + prompts("test-safe.csv") + "@comply",
                "harmful=" + prompts("test-harmful.csv") + "@refuse");
        assertTrue(sweep.contains("recommended: layers "), sweep);
        Path recommended = directory.resolve("sweep/recommended.safetensors");
        assertTrue(sweep.contains(recommended.toString()), sweep);
        assertTrue(Files.isRegularFile(recommended));
    }

    @Test
    void aComparisonHasATableAndItsFiles() {
        Path results = directory.resolve("comparison");
        String table = run(
                TabulateMethods::main,
                bundle,
                vector,
                results.toString(),
                "safe=" + prompts("calibration-safe.txt") + "@comply",
                "harmful=" + prompts("calibration-harmful.txt") + "@refuse",
                "safe=" + prompts("test-safe.csv") + "@comply",
                "harmful=" + prompts("test-harmful.csv") + "@refuse");
        assertTrue(table.contains("jailbreak: refusal"), table);
        for (String method : List.of("default", "prompt", "scans")) {
            assertTrue(table.lines().anyMatch(line -> line.startsWith(method) && line.contains("/20")), table);
        }
        assertTrue(table.contains(results.resolve("results.json").toString()), table);
    }

    @Test
    void aMethodOfOnesOwnAnswers() {
        List<String> lines =
                run(UseOwnMethod::main, bundle, vector, QUESTION).lines().toList();
        assertTrue(lines.get(0).endsWith("of which 0.5 remains from token to token"), lines.get(0));
        assertFalse(lines.get(1).isBlank());
    }

    private static String prompts(String name) {
        return DEMO.resolve("prompts").resolve(name).toString();
    }

    private static String run(Consumer<String[]> example, String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            example.accept(args);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
