package dev.steering.spark.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.spark.TestTables;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteerSparkTest {
    @TempDir
    private Path directory;

    private String out = "";
    private String err = "";

    @BeforeAll
    static void startSpark() {
        assertFalse(TestTables.bundle().isEmpty());
    }

    private int run(String... arguments) {
        PrintStream before = System.out;
        PrintStream beforeErr = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            return SteerSpark.run(arguments);
        } finally {
            System.setOut(before);
            System.setErr(beforeErr);
            out = bytes.toString(StandardCharsets.UTF_8);
            err = errors.toString(StandardCharsets.UTF_8);
        }
    }

    private int ran(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(Arrays.asList(more));
        return run(all.toArray(String[]::new));
    }

    @Test
    void extractsTheVectorOfOneMachineFromTwoTextFiles() {
        String bundle = TestTables.bundle();
        Path file = directory.resolve("vector.safetensors");
        List<String> command = List.of(
                "extract",
                "--model",
                bundle,
                "--harmful",
                TestTables.prompts("anchors-harmful.txt"),
                "--harmless",
                TestTables.prompts("anchors-harmless.txt"),
                "-o",
                file.toString());
        assertEquals(0, ran(command), err);
        assertTrue(out.contains("64 harmful and 64 harmless prompts, 0 rows left out"), out);
        assertTrue(out.contains("layer 5"), out);
        SteeringVector vector = VectorFile.read(file);
        assertTrue(TestTables.distanceFromOneMachine(vector) < 1e-6);
        assertEquals(0, ran(command, "--json"), "a vector may be replaced by a vector: " + err);
        JsonNode json = result("spark extract");
        assertEquals(64, json.path("harmful").asInt());
        assertEquals(0, json.path("left_out").asInt(1));
        assertEquals(
                vector.requireStatistics().get(5).directionNorm(),
                json.path("layers").path(5).path("norm").asDouble());
    }

    @Test
    void aTableWithLabelsAndBadRows() throws Exception {
        Path csv = directory.resolve("labelled.csv");
        Files.writeString(
                csv,
                "key,question,class\n1,How do I bake bread?,safe\n2,\"How do I, please, whip a plumber?\",unsafe\n3,What now?,unknown\n");
        Path file = directory.resolve("vector.safetensors");
        assertEquals(
                0,
                run(
                        "extract",
                        "--model",
                        TestTables.bundle(),
                        "--prompts",
                        csv.toString(),
                        "--label",
                        "class",
                        "--column",
                        "question",
                        "--id",
                        "key",
                        "-o",
                        file.toString()),
                err);
        assertTrue(out.contains("1 harmful and 1 harmless prompts, 1 rows left out"), out);
        assertTrue(out.contains("left out 3: The label is 'unknown'"), out);
    }

    @Test
    void scoresATableAndEvaluatesAnother() {
        Path vector = directory.resolve("vector.safetensors");
        VectorFile.write(vector, TestTables.vector());
        Path scored = directory.resolve("scored");
        List<String> score = List.of(
                "score",
                "--model",
                TestTables.bundle(),
                "--vector",
                vector.toString(),
                "--prompts",
                TestTables.prompts("calibration-safe.txt"),
                "-o",
                scored.toString());
        assertEquals(0, ran(score), err);
        assertTrue(out.contains("120 rows, 120 scored (transition at layers 5), 0 with an error"), out);
        List<String> again = new ArrayList<>(score);
        again.set(again.size() - 1, directory.resolve("again").toString());
        assertEquals(0, ran(again, "--json"), err);
        assertEquals(120, result("spark score").path("scored").asInt());
        assertEquals(1, ran(score));
        assertTrue(err.startsWith("error: ") && err.contains("exists") && !err.contains("\tat "), err);
        Path prompts = directory.resolve("prompts.json");
        TestTables.writeItems(prompts, 4);
        List<String> eval = List.of(
                "eval",
                "--model",
                TestTables.bundle(),
                "--vector",
                vector.toString(),
                "--prompts",
                prompts.toString(),
                "--max-new-tokens",
                "12",
                "--steps",
                "1",
                "-o",
                directory.resolve("answers").toString());
        assertEquals(0, ran(eval), err);
        assertTrue(out.contains("8 prompts, 16 answers written now"), out);
        assertTrue(out.contains("scans"), out);
        assertEquals(0, ran(eval, "--json"), err);
        JsonNode json = result("spark eval");
        assertEquals(0, json.path("answered").asInt(1), "all answers were there");
        assertEquals(List.of("default", "scans"), json.path("methods").findValuesAsText("name"));
        assertEquals(
                4, json.path("methods").path(0).path("sets").path(0).path("n").asInt());
    }

    private JsonNode result(String command) {
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(out);
        } catch (JsonProcessingException e) {
            throw new AssertionError(out, e);
        }
        assertEquals(command, json.path("command").asText());
        return json;
    }

    @Test
    void wrongCommandLinesAndTablesAreSaid() {
        assertEquals(2, run("extract", "--model", "x", "-o", "v.safetensors"));
        assertTrue(err.contains("expected --harmful and --harmless, or --prompts and --label"), err);
        assertEquals(
                2,
                run("extract", "--model", "x", "--prompts", "p", "--label", "l", "--method", "pca-pairs", "-o", "v"));
        assertTrue(err.contains("no order"), err);
        assertEquals(2, run("eval", "--model", "x", "--prompts", "p", "-o", "v", "--methods", "nonsense"));
        assertEquals(2, run("nonsense"));
        Path none = directory.resolve("none.parquet");
        assertEquals(
                1,
                run(
                        "extract",
                        "--model",
                        "x",
                        "--prompts",
                        none.toString(),
                        "--label",
                        "l",
                        "-o",
                        directory.resolve("v").toString()));
        assertTrue(err.startsWith("error: " + none + " cannot be read as a table"), err);
        assertFalse(err.contains("\tat "), err);
        assertEquals(0, run("extract", "--help"));
        assertTrue(out.contains("Example:"), out);
    }
}
