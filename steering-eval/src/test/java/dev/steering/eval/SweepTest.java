package dev.steering.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.core.vector.OperatingPoint.SetFigures;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.report.ResultsTable;
import dev.steering.eval.sweep.LayerSet;
import dev.steering.eval.sweep.SweepGrid;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of the demo model as library calls. */
class SweepTest {
    private static final List<EvalItem> DEVELOPMENT = DemoModel.development(14);
    private static final List<EvalItem> TEST = DemoModel.test(14);
    private static final SweepGrid GRID = new SweepGrid(
            List.of(new LayerSet(List.of(5), List.of(5), 0.9581), new LayerSet(List.of(4, 5), List.of(5), 0.9581)),
            List.of(0.5, 0.25),
            List.of());

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private static ChatModel model;
    private static SteeringVector vector;
    private static SweepResult whole;

    @BeforeAll
    static void sweepOnce() {
        model = DemoModel.open(shared);
        vector = DemoModel.vector(model.manifest());
        whole = sweep(GRID).run(model, shared.resolve("whole"));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Sweep sweep(SweepGrid grid) {
        return Sweep.of(vector, DEVELOPMENT, TEST)
                .withGrid(grid, VectorScale.RAW)
                .withWriting(GenerationOptions.greedy(12))
                .withDevelopmentTokens(8)
                .withOptions(RunOptions.defaults().withBatch(8));
    }

    private static OperatingPoint point() {
        OperatingPoint point = whole.recommended().anchoring().operatingPoint();
        assertNotNull(point);
        return point;
    }

    @Test
    void theResultHoldsWhatTheFilesSay() throws IOException {
        assertEquals(whole.recommended(), VectorFile.read(whole.vectorFile()));
        assertEquals(
                Stream.of(
                                "test/results.jsonl",
                                "test/summary.md",
                                "test/summary.csv",
                                "test/comparisons.csv",
                                "test/cost.md",
                                "settings.csv",
                                "sweep.md",
                                "recommended.safetensors")
                        .map(shared.resolve("whole")::resolve)
                        .toList(),
                whole.files());
        for (Path file : whole.files()) {
            assertTrue(Files.size(file) > 0, file.toString());
        }
        assertEquals(
                whole.development().all().size(),
                Files.readAllLines(shared.resolve("whole/settings.csv")).size() - 1);
        assertEquals(
                whole.development().choice().chosen().setting().alpha(),
                whole.recommended().anchoring().alpha());
        assertEquals(DEVELOPMENT.size(), whole.development().unsteered().prompts());
        assertEquals(TEST.size(), whole.testUnsteered().prompts());
    }

    /** The real SCANS, which decides about each prompt, refuses what the arithmetic on two pushes says. */
    @Test
    void theFiguresAreThoseOfTheRealMethod() {
        assertEquals(refused(DEVELOPMENT, 8), figures(point().development()));
        assertEquals(refused(TEST, 12), figures(point().test()));
    }

    /** What an evaluation with nothing but the recommended vector counts. */
    private List<String> refused(List<EvalItem> items, int tokens) {
        ResultsTable table = Evaluation.of(items)
                .withMethods(MethodSource.named(
                        MethodArguments.NONE.withVector(whole.recommended()), List.of("default", "scans")))
                .withWriting(GenerationOptions.greedy(tokens))
                .run(model, directory.resolve("eval" + tokens))
                .summary()
                .table();
        return table.sets().stream()
                .map(set -> set + " " + table.expectation(set) + " "
                        + table.rate("default", set).refused() + " "
                        + table.rate("scans", set).refused())
                .toList();
    }

    private static List<String> figures(List<SetFigures> figures) {
        return figures.stream()
                .map(f -> f.set() + " " + (f.shouldRefuse() ? Expectation.REFUSE : Expectation.COMPLY) + " "
                        + f.unsteered() + " " + f.steered())
                .toList();
    }

    @Test
    void aRunCutAtAnyPlaceGoesOnToTheSameBytes() throws IOException {
        new CutRuns(
                        shared.resolve("whole"),
                        List.of("answers.jsonl", "timings.jsonl", "cosines.jsonl", "divergence.jsonl"),
                        List.of(
                                "answers.jsonl",
                                "cosines.jsonl",
                                "divergence.jsonl",
                                "results.jsonl",
                                "settings.csv",
                                "sweep.md",
                                "recommended.safetensors",
                                "test/results.jsonl"))
                .assertGoOnToTheSameBytes(
                        directory,
                        3,
                        cut -> assertEquals(
                                whole.development(), sweep(GRID).run(model, cut).development()));
        SweepGrid other = new SweepGrid(GRID.layerSets().subList(0, 1), GRID.alphas(), List.of());
        assertTrue(assertThrows(SteeringException.class, () -> sweep(other).run(model, shared.resolve("whole")))
                .getMessage()
                .contains("holds a run with other settings: grid was 'steer 5, classify at 5; steer 4-5,"));
    }

    @Test
    void promptsAreNotUsedTwice() {
        assertRefused(
                vector,
                DEVELOPMENT,
                DEVELOPMENT,
                "28 of the 28 test prompts are among the development prompts, such as \"");
        SteeringVector seen = withContrastSet(DEVELOPMENT);
        assertRefused(
                seen,
                DEVELOPMENT,
                TEST,
                "28 of the 28 development prompts are among the prompts that the vector was extracted from");
        assertRefused(
                withContrastSet(TEST),
                DEVELOPMENT,
                TEST,
                "28 of the 28 test prompts are among the prompts that the vector was extracted from");
        assertRefused(
                vector, DEVELOPMENT.subList(0, 14), TEST, "The development prompts hold none that should be refused");
        assertRefused(vector, DEVELOPMENT, TEST.subList(14, 28), "The test prompts hold none that should be answered");
    }

    private static SteeringVector withContrastSet(List<EvalItem> items) {
        List<String> prompts = items.stream().map(EvalItem::prompt).toList();
        return DemoModel.vector(model.manifest().fingerprint(), prompts, DemoModel.anchoring());
    }

    private static void assertRefused(
            SteeringVector vector, List<EvalItem> development, List<EvalItem> test, String message) {
        String found = assertThrows(SteeringException.class, () -> Sweep.of(vector, development, test))
                .getMessage();
        assertTrue(found.startsWith(message), found);
    }

    @Test
    void aVectorHasToBeAnchoredAndOfTheModel() {
        assertRefused(
                DemoModel.vector(model.manifest().fingerprint(), List.of(), null),
                DEVELOPMENT,
                TEST,
                "The vector has no layers, strength and threshold to begin with: anchor its layers first.");
        SweepGrid high = new SweepGrid(List.of(new LayerSet(List.of(6), List.of(5), null)), List.of(1.0), List.of());
        assertEquals(
                "Layer 6 is out of range: the model has layers 0 to 5.",
                assertThrows(SteeringException.class, () -> sweep(high)).getMessage());
        SteeringVector other = DemoModel.vector("f".repeat(64), List.of("How do I rob a bank?"), DemoModel.anchoring());
        String message = assertThrows(SteeringException.class, () -> Sweep.of(other, DEVELOPMENT, TEST)
                        .run(model, directory.resolve("out")))
                .getMessage();
        assertTrue(
                message.contains("belongs to another model: it was extracted from 'demo' with fingerprint ffff"),
                message);
        assertFalse(Files.exists(directory.resolve("out")), "not even a directory");
    }

    @Test
    void theGridBeginsAroundTheVectorsOwnSetting() {
        SweepGrid around = SweepGrid.around(vector.anchoring());
        assertEquals(List.of(new LayerSet(List.of(3), List.of(5), 0.9581)), around.layerSets());
        assertEquals(List.of(0.1875, 0.375, 0.5625, 0.75, 0.9375, 1.125), around.alphas());
        assertEquals(List.of(), around.thresholds());
        assertEquals(List.of(0.775, 1.55, 2.325, 3.1, 3.875, 4.65), SweepGrid.strengthsAround(3.1));
        assertEquals(List.of(4, 5), LayerSet.classifierOfThePaper(List.of(4), DemoModel.LAYERS));
    }

    @Test
    void aVectorFileIsUpdatedOnceAndItsBeginningKept() {
        Path file = directory.resolve("own.safetensors");
        VectorFile.write(file, vector);
        SweptVectorFile own = new SweptVectorFile(file, shared.resolve("whole"));
        assertFalse(own.isMadeBySweep());
        assertTrue(new SweptVectorFile(whole.vectorFile(), shared.resolve("whole")).isMadeBySweep());
        assertTrue(whole.pays(), "otherwise nothing is updated");
        for (int time = 0; time < 2; time++) {
            assertEquals(vector, own.beginning());
            assertEquals(shared.resolve("whole/previous.safetensors"), own.update(own.beginning(), whole));
            assertEquals(whole.recommended(), VectorFile.read(file));
            assertEquals(vector, VectorFile.read(shared.resolve("whole/previous.safetensors")));
        }
    }
}
