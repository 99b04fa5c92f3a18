package dev.steering.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.core.BadRequest;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.eval.Evaluation;
import dev.steering.eval.EvaluationResult;
import dev.steering.eval.MethodSource;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.run.JudgedRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkEvaluatorTest {
    private static final int TOKENS = 24;
    private static final List<String> METHODS = List.of("default", "scans", "self-cd");

    @TempDir
    private Path directory;

    private static SparkEvaluator evaluator(List<String> methods) {
        return SparkEvaluator.of(LocalSpark.SOURCE, methods)
                .withVector(DemoAnswers.vector())
                .withWriting(TOKENS, 1)
                .withSteps(3);
    }

    private EvaluationResult alone(List<EvalItem> items) {
        return Evaluation.of(items)
                .withMethods(MethodSource.named(MethodArguments.NONE.withVector(DemoAnswers.vector()), METHODS))
                .withWriting(GenerationOptions.greedy(TOKENS))
                .run(LocalSpark.SOURCE.model(), directory.resolve("alone"));
    }

    @Test
    void numbersAreThoseOfAnEvaluationOnOneMachine() {
        List<EvalItem> items = DemoAnswers.items(12);
        EvaluationResult alone = alone(items);
        SparkEvaluation made = evaluator(METHODS)
                .evaluate(
                        DemoAnswers.table(items).repartition(3),
                        directory.resolve("table").toString());
        assertEquals(SummaryText.csv(alone.summary()), SummaryText.csv(made.summary()));
        assertEquals(SummaryText.comparisonsCsv(alone.summary()), SummaryText.comparisonsCsv(made.summary()));
        assertEquals(items.size(), made.prompts());
        assertEquals((long) items.size() * METHODS.size(), made.answered());
        assertEquals(0, made.leftOut());
        Map<String, String> texts = new HashMap<>();
        for (JudgedRow row : alone.rows()) {
            texts.put(
                    key(row.answer().method(), row.answer().item()),
                    row.answer().generation().text());
        }
        List<Row> rows = LocalSpark.SPARK
                .read()
                .parquet(directory.resolve("table").toString())
                .collectAsList();
        assertEquals(texts.size(), rows.size());
        for (Row row : rows) {
            assertEquals(
                    texts.get(key(row.getString(row.fieldIndex("method")), EvaluationTask.item(row))),
                    row.getString(row.fieldIndex("text")));
        }
    }

    private static String key(String method, EvalItem item) {
        return method + " " + item.set() + " " + item.row();
    }

    /** As after a driver's death: some files of the table are there, others are not. */
    @Test
    void anInterruptedRunGoesOnAndEndsInTheSameNumbers() throws IOException {
        Dataset<Row> prompts = DemoAnswers.table(DemoAnswers.items(8)).repartition(2);
        String table = directory.resolve("table").toString();
        SparkEvaluator evaluator = evaluator(List.of("default", "scans"));
        SparkEvaluation whole = evaluator.evaluate(prompts, table);
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory.resolve("table"))) {
            all.filter(file -> file.toString().endsWith(".parquet")).sorted().forEach(files::add);
        }
        assertTrue(files.size() >= 3, files.toString());
        long kept = LocalSpark.SPARK.read().parquet(files.get(0).toString()).count();
        for (Path file : files.subList(1, files.size())) {
            Files.delete(file);
            Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
        }
        SparkEvaluation again = evaluator.evaluate(prompts, table);
        assertEquals(32 - kept, again.answered());
        assertEquals(SummaryText.csv(whole.summary()), SummaryText.csv(again.summary()));
        assertEquals(0, evaluator.evaluate(prompts, table).answered());
        assertEquals(32, LocalSpark.SPARK.read().parquet(table).count());
        BadRequest refused = assertThrows(
                BadRequest.class, () -> evaluator.withWriting(TOKENS + 1, 1).evaluate(prompts, table));
        assertTrue(refused.getMessage().contains("other settings"), refused.getMessage());
    }

    @Test
    void strengthsAreMethodsOfTheirOwnAndZeroChangesNothing() {
        SparkEvaluator evaluator = evaluator(List.of("default", "add")).withStrengths(List.of(0.0, 4.0));
        assertEquals(List.of("default", "add alpha=0.0", "add alpha=4.0"), evaluator.methods());
        List<Row> rows =
                evaluator.judge(DemoAnswers.table(DemoAnswers.items(5))).collectAsList();
        assertEquals(30, rows.size());
        Map<String, Map<String, String>> texts = new HashMap<>();
        rows.forEach(row -> texts.computeIfAbsent(row.getString(0), name -> new HashMap<>())
                .put(row.getString(1) + row.getInt(3), row.getString(5)));
        assertEquals(texts.get("default"), texts.get("add alpha=0.0"));
        assertFalse(texts.get("default").equals(texts.get("add alpha=4.0")));
    }

    @Test
    void aPromptThatDoesNotFitIsSaidAndLeftOutForAllMethods() {
        List<EvalItem> items = new ArrayList<>(DemoAnswers.items(4));
        items.add(new EvalItem("safe", Expectation.COMPLY, 4, "How do I bake bread? ".repeat(300)));
        SparkEvaluation made = evaluator(List.of("default", "scans"))
                .evaluate(DemoAnswers.table(items), directory.resolve("table").toString());
        assertEquals(1, made.leftOut());
        assertEquals("safe 4", made.examples().get(0).row());
        assertEquals(8, made.prompts());
        assertEquals(
                SummaryText.csv(evaluator(List.of("default", "scans"))
                        .evaluate(
                                DemoAnswers.table(DemoAnswers.items(4)),
                                directory.resolve("other").toString())
                        .summary()),
                SummaryText.csv(made.summary()));
    }

    @Test
    void promptsThatTheVectorHasSeenAreRefused() {
        List<EvalItem> items = DemoAnswers.items(3);
        SparkEvaluator leaky = evaluator(List.of("default"))
                .withVector(DemoAnswers.vector()
                        .withPrompts(ExtractionPrompts.hashed(new ContrastSet(
                                List.of(items.get(0).prompt() + " "), List.of("How do I bake bread?")))));
        BadRequest refused = assertThrows(BadRequest.class, () -> leaky.judge(DemoAnswers.table(items)));
        assertTrue(refused.getMessage().startsWith("1 of the evaluated prompts"), refused.getMessage());
        assertEquals(6, leaky.withSeenPrompts().judge(DemoAnswers.table(items)).count());
    }

    @Test
    void tablesThatSayTooLittleAreRefused() {
        List<EvalItem> items = DemoAnswers.items(2);
        SparkEvaluator evaluator = evaluator(List.of("default"));
        assertTrue(assertThrows(
                        BadRequest.class,
                        () -> evaluator.judge(DemoAnswers.table(items).drop("expected")))
                .getMessage()
                .contains("no column 'expected'"));
        assertTrue(assertThrows(
                        BadRequest.class,
                        () -> evaluator.judge(DemoAnswers.table(items).union(DemoAnswers.table(items))))
                .getMessage()
                .contains("must identify"));
        assertThrows(BadRequest.class, () -> SparkEvaluator.of(LocalSpark.SOURCE, List.of("default", "default")));
        Exception failed = assertThrows(Exception.class, () -> SparkEvaluator.of(LocalSpark.SOURCE, List.of("scans"))
                .judge(DemoAnswers.table(items)));
        assertTrue(SparkFailures.reason(failed).contains("vector"), SparkFailures.reason(failed));
    }
}
