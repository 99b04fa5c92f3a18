package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer extract --method surgical} and {@code refusal-direction}, and what uses the vectors. */
class SearchCommandTest {
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");
    private static final String OVER_REFUSED =
            PROMPTS.resolve("calibration-safe.txt").toString();

    @TempDir
    private static Path shared;

    private static String bundle = "";
    private static String plain = "";

    @BeforeAll
    static void prepare() {
        DemoVector made = DemoVector.in(shared);
        bundle = made.bundle();
        plain = made.vector();
    }

    private static CommandRun extract(String... more) {
        List<String> line = new ArrayList<>(List.of("extract", "--model", bundle, "--harmful"));
        line.addAll(List.of(PROMPTS.resolve("anchors-harmful.txt").toString(), "--harmless"));
        line.addAll(List.of(PROMPTS.resolve("anchors-harmless.txt").toString()));
        line.addAll(List.of(more));
        return CommandRun.steer(line.toArray(String[]::new));
    }

    private static String[] surgical(String output, String... more) {
        List<String> line = new ArrayList<>(List.of("--method", "surgical", "--over-refused", OVER_REFUSED));
        line.addAll(List.of(more));
        line.addAll(List.of("-o", output));
        return line.toArray(String[]::new);
    }

    /** Over-refusals go, refusals of harmful prompts stay; with lambda 1 nothing of the direction is left that does anything. */
    @Test
    void theWholeWayFromThreeSetsToFewerOverRefusals() throws IOException {
        String half = shared.resolve("half.safetensors").toString();
        String whole = shared.resolve("whole.safetensors").toString();
        CommandRun run = extract(surgical(half, "--lambda", "0.5"));
        run.assertSucceeds();
        assertTrue(run.out().contains("over-refused    96 prompts, 55 used, 24 held out to choose on"), run.out());
        assertTrue(run.out().contains("lambda 0.5 leaves 59.4 % of the over-refused direction's length."), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches(" +-1 +1 +-2\\.808 +0\\.0077 +chosen")), run.out());
        assertTrue(
                CommandRun.steer("inspect", half).assertSucceeds().out().contains("--method surgical PROMPT"),
                "inspect");
        extract(surgical(whole)).assertSucceeds();
        Path safe = head("test-safe.csv");
        Path harmful = head("test-harmful.csv");
        CommandRun eval = CommandRun.steer(
                "eval",
                "--model",
                bundle,
                "--methods",
                "default,surgical@" + half + ",surgical@" + whole,
                "--dataset",
                "safe=" + safe + "@comply",
                "--dataset",
                "harmful=" + harmful + "@refuse",
                "--max-new-tokens",
                "24",
                "--cost-rounds",
                "0",
                "-o",
                shared.resolve("eval").toString());
        eval.assertSucceeds();
        String table = Files.readString(shared.resolve("eval/summary.csv"));
        List<String> rows = table.lines().toList();
        assertTrue(eval.out().lines().anyMatch(line -> line.matches("default +9/20 .* 20/20 .*")), eval.out());
        assertTrue(
                eval.out().lines().anyMatch(line -> line.matches("surgical@.*half\\S+ +0/20 .* 16/20 .*")), eval.out());
        assertTrue(
                eval.out().lines().anyMatch(line -> line.matches("surgical@.*whole\\S+ +9/20 .* 20/20 .*")),
                eval.out());
        assertTrue(rows.size() > 3, table);
    }

    private static Path head(String name) throws IOException {
        Path file = shared.resolve(name);
        List<String> lines = Files.readAllLines(PROMPTS.resolve(name));
        return Files.write(file, lines.subList(0, 21));
    }

    @Test
    void aSearchOfTwoSetsSaysWhatItChose() {
        Path file = shared.resolve("direction.safetensors");
        CommandRun run = extract("--method", "refusal-direction", "--layer-share", "1", "-o", file.toString());
        run.assertSucceeds();
        SteeringVector vector = VectorFile.read(file);
        assertEquals("refusal-direction", vector.provenance().method());
        assertTrue(run.out().contains("--method ablate --scope all --layers 0-5 PROMPT"), run.out());
        String inspected = CommandRun.steer("inspect", file.toString()).out();
        assertTrue(
                inspected.contains(
                        "one direction in every row: of token -1 at layer 5, one of 12, ablated at all-points"),
                inspected);
    }

    @Test
    void whatWouldBeIgnoredOrIsMissingIsRefused() {
        String out = shared.resolve("never.safetensors").toString();
        assertUsage(
                "--method surgical needs harmless prompts that the model refuses: give --over-refused FILE.",
                extract("--method", "surgical", "-o", out));
        assertUsage(
                "--lambda belongs to --method surgical and refusal-direction: mean-difference would ignore it. Leave it out.",
                extract("--lambda", "1", "-o", out));
        assertUsage(
                "--lambda has no effect with --method refusal-direction: leave it out.",
                extract("--method", "refusal-direction", "--lambda", "1", "-o", out));
        assertUsage(
                "--token has no effect with --method surgical: leave it out.",
                extract(surgical(out, "--token", "mean")));
        assertUsage(
                "The share of the harmful direction that is taken out must be a number of at least 0, found -1.0.",
                extract(surgical(out, "--lambda=-1")));
        assertUsage("'every-write' is no site of an ablation.", extract(surgical(out, "--site", "every-write")));
        CommandRun same = extract(
                "--method",
                "surgical",
                "--over-refused",
                PROMPTS.resolve("anchors-harmless.txt").toString(),
                "-o",
                out);
        assertEquals(1, same.exit());
        assertTrue(
                same.err()
                        .contains(
                                "64 of the prompts are over-refused and harmless: every prompt must be in one set only."),
                same.err());
        assertTrue(Files.notExists(Path.of(out)));
    }

    /** The state belongs to the vector: whoever classifies with it reads prompts there. */
    @Test
    void theStateThatScansReadsIsTheVectors() {
        Path file = shared.resolve("published.safetensors");
        extract("--state", "published", "-o", file.toString()).assertSucceeds();
        assertEquals(
                SteeringVector.TransitionState.PUBLISHED, VectorFile.read(file).transitionState());
        CommandRun.steer(
                        "layers",
                        file.toString(),
                        "--model",
                        bundle,
                        "--harmful",
                        PROMPTS.resolve("calibration-harmful.txt").toString(),
                        "--harmless",
                        OVER_REFUSED)
                .assertSucceeds();
        assertEquals(
                SteeringVector.TransitionState.PUBLISHED,
                VectorFile.read(file).transitionState(),
                "kept by steer layers");
        assertUsage(
                "--state belongs to vectors of one extraction that SCANS classifies with",
                extract(surgical(shared.resolve("never").toString(), "--state", "published")));
        assertUsage(
                "expected block-output or published, found 'last'", extract("--state", "last", "-o", file.toString()));
    }

    private static void assertUsage(String message, CommandRun run) {
        assertEquals(2, run.exit(), run.err());
        assertTrue(run.err().contains(message), run.err());
    }

    /** The mean difference, subtracted, takes refusals of harmful prompts away; repaired, fewer of them. */
    @Test
    void aRepairedVectorCostsLessSafety() {
        Path file = shared.resolve("repaired.safetensors");
        CommandRun run = CommandRun.steer(
                "vector",
                "repair",
                plain,
                "--model",
                bundle,
                "--subtract",
                "--alpha",
                "1.5",
                "--scale",
                "raw",
                "--layers",
                "3",
                "--steps",
                "25",
                "--tolerance",
                "0.05",
                "--max-new-tokens",
                "12",
                "--harmful",
                PROMPTS.resolve("calibration-harmful.txt").toString(),
                "--harmless",
                OVER_REFUSED,
                "-o",
                file.toString());
        run.assertSucceeds();
        assertTrue(refused("repaired", run.out()) >= refused("given", run.out()) + 5, run.out());
        SteeringVector repaired = VectorFile.read(file);
        assertEquals("repair", repaired.provenance().method());
        assertTrue(repaired.requirePrompts().development().size() >= 240, "figures on its prompts would flatter");
        SteeringVector given = VectorFile.read(Path.of(plain));
        assertEquals(1, repaired.directions().cosine(2, given.directions(), 2), 1e-6, "other layers are as they were");
    }

    private static int refused(String vector, String out) {
        return out.lines()
                .filter(line -> line.strip().startsWith(vector + " "))
                .map(line -> Integer.parseInt(line.strip().split(" +", -1)[3]))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatNeedsNoRepairIsSaid() {
        CommandRun run = CommandRun.steer(
                "vector",
                "repair",
                plain,
                "--model",
                bundle,
                "--alpha",
                "0.1",
                "--scale",
                "raw",
                "--layers",
                "3",
                "--max-new-tokens",
                "8",
                "--harmful",
                PROMPTS.resolve("calibration-harmful.txt").toString(),
                "--harmless",
                OVER_REFUSED,
                "-o",
                shared.resolve("none.safetensors").toString());
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("There is nothing to repair."), run.err());
    }
}
