package dev.steering.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.testkit.Fixtures;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class SparkScorerTest {
    private static final StructType TEXTS =
            new StructType().add("number", DataTypes.IntegerType).add("text", DataTypes.StringType);
    private static final SteeringVector VECTOR = DemoAnswers.vector();
    private static final SparkScorer SCORER = SparkScorer.of(LocalSpark.SOURCE, VECTOR);

    private static Dataset<Row> table(List<String> texts) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            rows.add(RowFactory.create(i, texts.get(i)));
        }
        return LocalSpark.SPARK.createDataFrame(rows, TEXTS);
    }

    /** Scores of the public SCANS code on this model. */
    @Test
    void scoresAreThoseOfThePublicCode() throws Exception {
        JsonNode golden = new ObjectMapper()
                .readTree(Fixtures.demoModel().resolve("scans-reference.json").toFile())
                .path("prompts");
        List<String> texts = new ArrayList<>();
        golden.forEach(prompt -> texts.add(prompt.path("prompt").asText()));
        assertTrue(texts.size() >= 4, texts.toString());
        List<Row> rows = SCORER.score(table(texts).repartition(3), "text", "risk")
                .orderBy("number")
                .collectAsList();
        assertEquals(texts.size(), rows.size());
        for (int i = 0; i < rows.size(); i++) {
            assertEquals(texts.get(i), rows.get(i).getString(1));
            assertEquals(golden.get(i).path("score").asDouble(), rows.get(i).getDouble(2), 1e-4);
            assertTrue(rows.get(i).isNullAt(3));
        }
    }

    @Test
    void projectionsAndCosinesAreOfThePlainPass() {
        List<String> texts = LocalBundle.lines("calibration-safe.txt").subList(0, 20);
        for (SparkScorer.Reading reading : List.of(SparkScorer.Reading.PROJECTION, SparkScorer.Reading.COSINE)) {
            List<Row> rows = SCORER.withReading(reading)
                    .withLayers(List.of(2, 4))
                    .withBatchSize(3)
                    .score(table(texts).repartition(2), "text", "risk")
                    .orderBy("number")
                    .collectAsList();
            for (int i = 0; i < texts.size(); i++) {
                double expected = (plain(texts.get(i), 2, reading) + plain(texts.get(i), 4, reading)) / 2;
                assertEquals(expected, rows.get(i).getDouble(2), 1e-5 * Math.max(1, Math.abs(expected)));
            }
        }
    }

    private static double plain(String text, int layer, SparkScorer.Reading reading) {
        int[] tokens = LocalSpark.SOURCE.model().encode(text);
        ForwardResult result = LocalSpark.SOURCE
                .model()
                .model()
                .forward(
                        ForwardRequest.of(List.of(tokens))
                                .withCaptures(List.of(List.of(Capture.token(tokens.length - 1)))),
                        (ForwardResult) null);
        float[] state = result.captured(0, layer + 1, 0);
        float[] direction = VECTOR.directions().row(layer);
        double dot = 0;
        double norm = 0;
        double size = 0;
        for (int i = 0; i < state.length; i++) {
            dot += (double) state[i] * direction[i];
            norm += (double) direction[i] * direction[i];
            size += (double) state[i] * state[i];
        }
        return dot / Math.sqrt(norm) / (reading == SparkScorer.Reading.COSINE ? Math.sqrt(size) : 1);
    }

    @Test
    void whatCannotBeScoredSaysWhy() {
        List<Row> rows = SCORER.score(
                        table(java.util.Arrays.asList(
                                null, "How do I bake bread? ".repeat(300), "How do I bake bread?")),
                        "text",
                        "risk")
                .orderBy("number")
                .collectAsList();
        assertTrue(rows.get(0).isNullAt(2) && rows.get(0).isNullAt(3));
        assertTrue(rows.get(1).isNullAt(2));
        assertTrue(rows.get(1).getString(3).contains("context"), rows.get(1).getString(3));
        assertNotNull(rows.get(2).get(2));
        assertNull(rows.get(2).get(3));
    }

    @Test
    void aFunctionForSqlGivesTheSame() {
        List<String> texts = LocalBundle.lines("calibration-harmful.txt").subList(0, 6);
        SCORER.register(LocalSpark.SPARK, "risk_of");
        table(texts).createOrReplaceTempView("asked");
        List<Row> sql = LocalSpark.SPARK
                .sql("select number, risk_of(text) from asked order by number")
                .collectAsList();
        List<Row> rows =
                SCORER.score(table(texts), "text", "risk").orderBy("number").collectAsList();
        for (int i = 0; i < texts.size(); i++) {
            assertEquals(rows.get(i).getDouble(2), sql.get(i).getDouble(1), 1e-5);
        }
    }

    @Test
    void wrongColumnsAndLayersAreSaid() {
        Dataset<Row> table = table(List.of("How do I bake bread?"));
        assertTrue(assertThrows(BadRequest.class, () -> SCORER.score(table, "prompt", "risk"))
                .getMessage()
                .contains("no column 'prompt'"));
        assertTrue(assertThrows(BadRequest.class, () -> SCORER.score(table, "number", "risk"))
                .getMessage()
                .contains("of type int"));
        assertTrue(assertThrows(BadRequest.class, () -> SCORER.score(table, "text", "number"))
                .getMessage()
                .contains("already"));
        assertThrows(BadRequest.class, () -> SCORER.withLayers(List.of(6)));
        SparkScorer plain = SparkScorer.of(LocalSpark.SOURCE, VECTOR.withAnchoring(null));
        assertEquals(SparkScorer.Reading.PROJECTION, plain.reading());
        assertTrue(assertThrows(BadRequest.class, () -> plain.score(table, "text", "risk"))
                .getMessage()
                .contains("Choose layers"));
    }
}
