package dev.steering.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.Estimator;
import dev.steering.extract.TokenSelector;
import dev.steering.extract.VectorExtractor;
import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkExtractorTest {
    private static final double SAME = 1e-6;

    @TempDir
    private Path directory;

    private static SteeringVector alone(VectorExtractor extractor, ContrastSet prompts) {
        return extractor.extract(LocalSpark.SOURCE.model(), prompts);
    }

    private static SparkExtraction extract(Dataset<Row> table) {
        return SparkExtractor.of(LocalSpark.SOURCE).extract(table, LocalBundle.COLUMNS);
    }

    private static void assertSame(SteeringVector one, SteeringVector other) {
        assertEquals(0, TestTables.distance(one.directions(), other.directions()), SAME);
        assertEquals(
                0, TestTables.distance(one.requireTransitionReference(), other.requireTransitionReference()), SAME);
        for (int l = 0; l < one.layers(); l++) {
            assertEquals(
                    one.requireStatistics().get(l).directionNorm(),
                    other.requireStatistics().get(l).directionNorm(),
                    SAME * one.requireStatistics().get(l).directionNorm());
            assertEquals(
                    one.requireStatistics().get(l).separability(),
                    other.requireStatistics().get(l).separability(),
                    1e-5 * one.requireStatistics().get(l).separability());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40})
    void itIsWhatOneMachineExtractsHoweverTheTableIsPartitioned(int partitions) {
        SparkExtraction made = extract(
                LocalSpark.table(LocalBundle.rows(LocalBundle.anchors())).repartition(partitions));
        SteeringVector alone = alone(VectorExtractor.withDefaults(), LocalBundle.anchors());
        assertSame(alone, made.vector());
        assertEquals(LocalBundle.anchors().harmful().size(), made.harmful());
        assertEquals(LocalBundle.anchors().harmless().size(), made.harmless());
        assertEquals(0, made.leftOut());
        assertTrue(made.listed());
        assertTrue(made.vector().requirePrompts().areThoseOf(LocalBundle.anchors()));
    }

    /** The public SCANS code's numbers on this model, which were made without this program. */
    @Test
    void itIsWhatThePublicCodeExtracts() {
        SteeringVector vector = extract(LocalSpark.table(LocalBundle.rows(LocalBundle.anchors()))
                        .repartition(5))
                .vector();
        SafetensorsFile golden = SafetensorsFile.open(Fixtures.demoModel().resolve("scans-reference.safetensors"));
        int layers = vector.layers();
        int hidden = vector.hidden();
        assertEquals(
                0,
                TestTables.distance(
                        LayerMatrix.of(layers, hidden, golden.floats("mean_difference_raw", layers, hidden)),
                        vector.directions()),
                1e-4);
        assertEquals(
                0,
                TestTables.distance(
                        LayerMatrix.of(layers, hidden, golden.floats("transition_reference", layers, hidden)),
                        vector.requireTransitionReference()),
                1e-4);
    }

    @ParameterizedTest
    @EnumSource(
            value = Estimator.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PAIRED_PCA", "MEAN_DIFFERENCE"})
    void estimatorsThatKeepEveryActivation(Estimator method) {
        ContrastSet few = new ContrastSet(
                LocalBundle.anchors().harmful().subList(0, 20),
                LocalBundle.anchors().harmless().subList(0, 20));
        SteeringVector alone =
                alone(VectorExtractor.withDefaults().withMethod(method).withTokenSelector(TokenSelector.mean()), few);
        SteeringVector made = SparkExtractor.of(LocalSpark.SOURCE)
                .withMethod(method)
                .withTokenSelector(TokenSelector.mean())
                .withChunk(3)
                .withBatchSize(2)
                .extract(LocalSpark.table(LocalBundle.rows(few)).repartition(3), LocalBundle.COLUMNS)
                .vector();
        for (int l = 0; l < alone.layers(); l++) {
            assertTrue(alone.directions().cosine(l, made.directions(), l) > 1 - SAME, "layer " + l);
        }
        assertEquals(method.label(), made.provenance().method());
    }

    @Test
    void pairsHaveNoOrderHere() {
        SparkExtractor extractor = SparkExtractor.of(LocalSpark.SOURCE);
        assertTrue(assertThrows(BadRequest.class, () -> extractor.withMethod(Estimator.PAIRED_PCA))
                .getMessage()
                .contains("no order"));
    }

    @Test
    void theVectorNamesTheJobAndOneModelIsOpened() {
        SteeringVector alone = alone(VectorExtractor.withDefaults(), LocalBundle.anchors());
        int before = ModelSource.opened();
        SteeringVector made = extract(LocalSpark.table(LocalBundle.rows(LocalBundle.anchors()))
                        .repartition(8))
                .vector();
        assertEquals(before, ModelSource.opened());
        assertEquals("tests", made.provenance().versions().get("spark-job"));
        assertEquals(
                LocalSpark.SPARK.sparkContext().applicationId(),
                made.provenance().versions().get("spark-application"));
        assertEquals(alone.provenance().model(), made.provenance().model());
        assertEquals(alone.provenance().template(), made.provenance().template());
        Path file = directory.resolve("vector.safetensors");
        VectorFile.write(file, made);
        assertEquals(made, VectorFile.read(file));
    }

    @Test
    void theSamePromptsHaveTheSameIdentityInAnyOrder() {
        List<Row> rows = new ArrayList<>(LocalBundle.rows(LocalBundle.anchors()));
        String first = extract(LocalSpark.table(rows)).vector().provenance().contrastSetHash();
        java.util.Collections.reverse(rows);
        assertEquals(
                first,
                extract(LocalSpark.table(rows).repartition(4))
                        .vector()
                        .provenance()
                        .contrastSetHash());
        rows.remove(0);
        assertFalse(first.equals(
                extract(LocalSpark.table(rows)).vector().provenance().contrastSetHash()));
    }

    @Test
    void moreThanCanBeListedAreCountedOnly() {
        SparkExtraction made = SparkExtractor.of(LocalSpark.SOURCE)
                .withListed(10)
                .extract(
                        LocalSpark.table(LocalBundle.rows(LocalBundle.anchors()))
                                .repartition(6),
                        LocalBundle.COLUMNS);
        assertFalse(made.listed());
        assertEquals(List.of(), made.vector().requirePrompts().harmful());
        assertEquals(LocalBundle.anchors().harmful().size(), made.harmful());
        assertEquals(
                extract(LocalSpark.table(LocalBundle.rows(LocalBundle.anchors())))
                        .vector()
                        .provenance()
                        .contrastSetHash(),
                made.vector().provenance().contrastSetHash());
    }

    /** The model's context is 128 tokens. */
    @Test
    void poisonedRowsAreSaidAndTheOthersUsed() {
        List<Row> rows = new ArrayList<>(LocalBundle.rows(LocalBundle.anchors()));
        rows.add(3, RowFactory.create(null, "harmful", "no prompt"));
        rows.add(9, RowFactory.create("How do I bake bread?", "maybe", "no class"));
        rows.add(14, RowFactory.create("How do I bake bread?", null, "null class"));
        rows.add(20, RowFactory.create("  ", "harmless", "blank"));
        rows.add(RowFactory.create("How do I bake bread? ".repeat(500), "harmless", "long"));
        SparkExtraction made = extract(LocalSpark.table(rows).repartition(4));
        assertEquals(5, made.leftOut());
        assertEquals(
                List.of("blank", "long", "no class", "no prompt", "null class"),
                made.examples().stream().map(LeftOut::row).toList());
        assertTrue(
                made.examples().get(1).reason().contains("128"), made.examples().toString());
        assertTrue(made.examples().get(2).reason().contains("'maybe'"));
        assertSame(alone(VectorExtractor.withDefaults(), LocalBundle.anchors()), made.vector());
    }

    @Test
    void skewedLengthsAndEmptyPartitions() {
        List<Row> rows = new ArrayList<>(LocalBundle.rows(LocalBundle.anchors()));
        rows.sort(java.util.Comparator.comparing(row -> row.getString(0).length()));
        SparkExtraction made = SparkExtractor.of(LocalSpark.SOURCE)
                .withChunk(5)
                .extract(
                        LocalSpark.table(rows)
                                .coalesce(2)
                                .union(LocalSpark.table(List.of()).repartition(3)),
                        LocalBundle.COLUMNS);
        assertSame(alone(VectorExtractor.withDefaults(), LocalBundle.anchors()), made.vector());
    }

    @Test
    void aPromptInBothClassesIsRefused() {
        List<Row> rows = new ArrayList<>(LocalBundle.rows(LocalBundle.anchors()));
        rows.add(RowFactory.create(LocalBundle.anchors().harmful().get(0) + " ", "safe", "twice"));
        BadRequest refused = assertThrows(BadRequest.class, () -> extract(LocalSpark.table(rows)));
        assertTrue(refused.getMessage().contains("1 is in both classes"), refused.getMessage());
        assertEquals(
                LocalBundle.anchors().harmless().size() + 1,
                SparkExtractor.of(LocalSpark.SOURCE)
                        .withoutClassCheck()
                        .extract(LocalSpark.table(rows), LocalBundle.COLUMNS)
                        .harmless());
    }

    @Test
    void aTableOfParquetFiles() {
        Path file = directory.resolve("prompts.parquet");
        LocalSpark.table(LocalBundle.rows(LocalBundle.anchors()))
                .withColumnRenamed("prompt", "what is asked")
                .repartition(3)
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(file.toString());
        Dataset<Row> table = LocalSpark.SPARK.read().parquet(file.toString());
        SparkExtraction made =
                SparkExtractor.of(LocalSpark.SOURCE).extract(table, new PromptColumns("what is asked", "label", null));
        assertSame(alone(VectorExtractor.withDefaults(), LocalBundle.anchors()), made.vector());
        BadRequest refused = assertThrows(BadRequest.class, () -> extract(table));
        assertTrue(refused.getMessage().contains("no column 'prompt'"), refused.getMessage());
    }

    @Test
    void oneClassAloneIsRefusedAndAMissingBundleNamed() {
        List<Row> rows = LocalBundle.rows(LocalBundle.anchors()).subList(0, 5);
        assertTrue(assertThrows(BadRequest.class, () -> extract(LocalSpark.table(rows)))
                .getMessage()
                .contains("5 harmful and 0 harmless"));
        SparkExtractor elsewhere = SparkExtractor.of(ModelSource.of("no-such-bundle"));
        Exception failed =
                assertThrows(Exception.class, () -> elsewhere.extract(LocalSpark.table(rows), LocalBundle.COLUMNS));
        assertTrue(SparkFailures.reason(failed).contains("finds no model bundle no-such-bundle"), failed.getMessage());
    }
}
