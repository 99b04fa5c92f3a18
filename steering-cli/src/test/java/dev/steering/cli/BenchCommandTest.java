package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer bench} as a user types it. */
class BenchCommandTest {
    @TempDir
    private Path directory;

    private String demo() {
        String bundle = directory.resolve("demo").toString();
        steer("export", Fixtures.demoModel().resolve("hf").toString(), "-o", bundle)
                .assertSucceeds();
        return bundle;
    }

    @Test
    void printsFiguresAndWritesThem() throws IOException {
        Path json = directory.resolve("figures.json");
        String out = steer(
                        "bench",
                        demo(),
                        "--threads",
                        "1",
                        "--mapped-weights",
                        "--only",
                        "decode-b1-steered,prefill-512-captured",
                        "-o",
                        json.toString())
                .assertSucceeds()
                .out();
        assertTrue(out.startsWith("machine    "), out);
        assertTrue(out.contains("arithmetic "), out);
        assertTrue(
                out.contains(
                        "\nzero       adding with coefficients of 0 leaves 17664 logits and activations as they are"),
                out);
        assertTrue(out.contains("\ndecode-b1-steered   "), out);
        assertTrue(out.contains("left out: it needs a context of 512 tokens, the model has 128"), out);
        assertTrue(out.contains("Medians of 10 repetitions."), out);
        JsonNode root = new ObjectMapper().readTree(json.toFile());
        assertEquals(2, root.path("results").size());
        assertEquals(
                "decode-b1-steered", root.path("results").get(1).path("name").asText());
        assertEquals(2, root.path("left_out").size());
        assertTrue(root.path("settings").path("mapped_weights").asBoolean());
    }

    @Test
    void manyCallersAreTimedAgainstOne() throws IOException {
        Path json = directory.resolve("callers.json");
        String out = steer("bench", demo(), "--threads", "1", "--callers", "5", "-o", json.toString())
                .assertSucceeds()
                .out();
        assertTrue(out.startsWith("model      demo-model, f32; 1 threads\n"), out);
        assertTrue(out.contains("\n1 caller "), out);
        assertTrue(out.contains("\n5 callers "), out);
        assertTrue(out.contains("5 callers get "), out);
        assertTrue(out.contains(" Medians of 10 rounds."), out);
        JsonNode root = new ObjectMapper().readTree(json.toFile());
        assertEquals(5, root.path("callers").asInt());
        assertEquals(1, root.path("one").path("rows_of_a_pass").path("most").asDouble(), 1e-9);
        double rows = root.path("many").path("rows_of_a_pass").path("median").asDouble();
        assertTrue(rows > 2 && rows <= 5, out);
        steer("bench", "x", "--callers", "1").assertWrongUsage("--callers: expected at least 2, found 1");
        steer("bench", "x", "--callers", "4", "--only", "decode")
                .assertWrongUsage("--only chooses what is timed without --callers");
    }

    @Test
    void listsShapes() {
        String out = steer("bench", "--list-shapes").assertSucceeds().out();
        assertTrue(out.contains("tinyllama-1.1b   llama     1.10 G parameters, 22 layers, hidden 2048"), out);
    }

    @Test
    void neitherBundleNorShapeIsWrongUsage() {
        steer("bench").assertWrongUsage("Give either a BUNDLE or --shape NAME");
        steer("bench", "somewhere", "--shape", "smollm-135m").assertWrongUsage("Give either a BUNDLE or --shape NAME");
    }

    @Test
    void optionsOfShapesAreRefusedForBundles() {
        steer("bench", "somewhere", "--dtype", "int4").assertWrongUsage("--dtype and --cache are for --shape");
        steer("bench", "--shape", "smollm-135m", "--dtype", "int3").assertWrongUsage("found 'int3'");
    }

    @Test
    void whatDoesNotExistIsNamed() {
        steer("bench", "--shape", "gpt-5").assertFails("There is no shape 'gpt-5'. Expected one of smollm-135m");
        steer("bench", directory.resolve("none").toString()).assertFails("there is no such directory");
        steer("bench", "x", "--only", "decode-b2").assertWrongUsage("There is no bench 'decode-b2'");
        steer("bench", "x", "--repetitions", "3").assertWrongUsage("at least 10 repetitions, found 3");
        steer("bench", "x", "--threads", "two").assertWrongUsage("found 'two'");
    }

    @Test
    void aFileThatCannotBeWrittenIsSaidBeforeTheWork() {
        String file = directory.resolve("nowhere").resolve("figures.json").toString();
        steer("bench", "x", "-o", file).assertFails("does not exist");
    }

    @Test
    void saysBeforeHowLongItTakes() {
        CommandRun run = steer("bench", demo(), "--threads", "1", "--only", "decode-b1-steered");
        run.assertSucceeds();
        assertTrue(
                Pattern.compile("Timing 2 benches in 10 repetitions, about [0-9]+ seconds\\.")
                        .matcher(run.err())
                        .find(),
                run.err());
    }

    @Test
    void aCommandIsTimedByTurns() throws IOException {
        Path json = directory.resolve("against.json");
        String engine = "echo read 9 tokens/s && echo wrote 50.5 tokens per second";
        String out = steer("bench", demo(), "--threads", "1", "--against", engine, "-o", json.toString())
                .assertSucceeds()
                .out();
        assertTrue(out.contains("; 1 thread; decode-b1\nagainst    " + engine + "\n"), out);
        assertTrue(out.contains("\ncommand          50.5  50.5 to 50.5\n"), out);
        JsonNode root = new ObjectMapper().readTree(json.toFile());
        assertEquals(10, root.path("rounds").asInt());
        assertEquals(50.5, root.path("theirs").path("median").asDouble());
        assertEquals(
                root.path("ours").path("median").asDouble() / 50.5,
                root.path("ratio").path("median").asDouble(),
                1e-9);
    }

    @Test
    void aCommandThatSaysNothingIsNamed() {
        String bundle = demo();
        steer("bench", bundle, "--against", "echo nothing")
                .assertFails("The command 'echo nothing' printed no tokens per second. Its last words: nothing");
        steer("bench", bundle, "--against", "echo broken && exit 3").assertFails("ended with exit code 3");
        steer("bench", bundle, "--against", "echo 1 t/s", "--only", "decode")
                .assertWrongUsage("--against compares one bench");
        steer("bench", "x", "--against", "a", "--callers", "3").assertWrongUsage("give one of them");
        steer("bench", "x", "--against-pattern", "a").assertWrongUsage("give both");
        steer("bench", bundle, "--against", "a", "--against-pattern", "[0-9]+").assertWrongUsage("has no group");
    }
}
