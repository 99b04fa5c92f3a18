package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer tune-acd} and what is done with its files, as a user types it. */
class TuneAcdCommandTest {
    private static final Path DEMO = DemoVector.DEMO;

    @TempDir
    private static Path directory;

    private static String bundle;
    private static String harmful;
    private static String harmless;

    @BeforeAll
    static void prepare() throws IOException {
        FewAnchors few = FewAnchors.in(directory);
        bundle = few.bundle();
        harmful = few.harmful();
        harmless = few.harmless();
    }

    private static CommandRun tune(Path output, String... more) {
        return tune(bundle, output, more);
    }

    private static CommandRun tune(String model, Path output, String... more) {
        List<String> line = new ArrayList<>(List.of("tune-acd", "--model", model, "--harmful", harmful));
        line.addAll(List.of("--harmless", harmless, "--epochs", "2", "-o", output.toString()));
        line.addAll(List.of(more));
        return steer(line.toArray(String[]::new));
    }

    @Test
    void tunedPromptsAreUsedEvaluatedAndDrawn() throws IOException {
        Path file = directory.resolve("acd.safetensors");
        Path charts = directory.resolve("charts");
        Path anchors = directory.resolve("anchors.jsonl");
        String out = tune(
                        file,
                        "--learning-rate",
                        "0.01",
                        "--own-responses",
                        "8",
                        "--save-anchors",
                        anchors.toString(),
                        "--charts",
                        charts.toString())
                .assertSucceeds()
                .out();
        assertTrue(out.contains("safe prompt      epoch  2/2  training loss"), out);
        assertTrue(out.contains("acd.safetensors: 4 gradient steps over"), out);
        assertTrue(Files.exists(charts.resolve("tuning-loss.png")));
        assertTrue(Files.notExists(directory.resolve("acd.safetensors.tuning")));

        Path again = directory.resolve("again.safetensors");
        steer(
                        "tune-acd",
                        "--model",
                        bundle,
                        "--anchors",
                        anchors.toString(),
                        "--epochs",
                        "2",
                        "--learning-rate",
                        "0.01",
                        "-o",
                        again.toString())
                .assertSucceeds();
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again), "the same pairs and seed");

        String inspected = steer("inspect", file.toString()).assertSucceeds().out();
        assertTrue(inspected.contains("safe         began as: You are a safe and responsible assistant."), inspected);
        assertTrue(inspected.contains("cost         4 gradient steps over "), inspected);
        assertTrue(inspected.contains("--method acd --acd " + file), inspected);
        String json =
                steer("inspect", file.toString(), "--json").assertSucceeds().out();
        assertTrue(json.contains("\"kind\":\"soft-prompts\""), json);
        assertTrue(json.contains("\"gradient_tokens\""), json);

        steer("chart", file.toString(), "-o", directory.resolve("drawn").toString())
                .assertSucceeds();
        assertArrayEquals(
                Files.readAllBytes(charts.resolve("tuning-loss.svg")),
                Files.readAllBytes(directory.resolve("drawn/tuning-loss.svg")));
        String answer = steer(
                        "generate",
                        "--model",
                        bundle,
                        "--method",
                        "acd",
                        "--acd",
                        file.toString(),
                        "--json",
                        "--max-new-tokens",
                        "12",
                        "What is a wasp?")
                .assertSucceeds()
                .out();
        assertTrue(answer.contains("\"method\":\"acd\""), answer);
        String table = steer(
                        "eval",
                        "--model",
                        bundle,
                        "--methods",
                        "default,acd,acd-untuned,id-null,id-opposite",
                        "--acd",
                        file.toString(),
                        "--max-new-tokens",
                        "8",
                        "--dataset",
                        "bad=" + harmful + "@refuse",
                        "--dataset",
                        "good=" + harmless + "@comply",
                        "-o",
                        directory.resolve("evaluation").toString())
                .assertSucceeds()
                .out();
        assertTrue(table.contains("id-opposite"), table);
        String summary = Files.readString(directory.resolve("evaluation/summary.md"));
        assertTrue(summary.contains("tuned in 4 gradient steps"), summary);
    }

    @Test
    void aDivergingRunLeavesTheOldFileAndAStateThatCanBeFinished() throws IOException {
        Path file = Files.writeString(directory.resolve("old.safetensors"), "old");
        tune(file, "--force", "--learning-rate", "1e39", "--batch", "1")
                .assertFails(
                        "is kept in " + file + ".tuning: the best so far can be saved from it.",
                        "--finish saves the best so far");
        assertEquals("old", Files.readString(file));
        tune(file, "--force", "--learning-rate", "0.001", "--batch", "1")
                .assertFails("belongs to another run: its learning rate is 1.0E39, here it is 0.001.");
        String out = tune(file, "--force", "--learning-rate", "1e39", "--batch", "1", "--finish")
                .assertSucceeds()
                .out();
        assertTrue(out.contains("finished by hand"), out);
    }

    @Test
    void bundlesWithoutGradientsAreRefused() throws IOException {
        Path output = directory.resolve("none.safetensors");
        for (String precision : List.of("int8", "fp16")) {
            String other = directory.resolve(precision).toString();
            steer("export", DEMO.resolve("hf").toString(), "-o", other, "--dtype", precision)
                    .assertSucceeds();
            tune(other, output).assertFails("single precision");
        }
        String foreign = directory.resolve("foreign").toString();
        Path tokenizer = Files.createDirectory(directory.resolve("tokenizer"));
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(DEMO.resolve("hf").resolve(file), tokenizer.resolve(file));
        }
        steer(
                        "instrument",
                        Fixtures.path("onnx-exports/opt-llama/model.onnx").toString(),
                        "-o",
                        foreign,
                        "--tokenizer",
                        tokenizer.toString())
                .assertSucceeds();
        tune(foreign, output).assertFails("instrument");
        assertTrue(Files.notExists(output));
    }

    @Test
    void whatIsMissingOrWouldBeIgnoredIsNamed() throws IOException {
        Path output = directory.resolve("x.safetensors");
        steer("tune-acd", "--model", bundle, "-o", output.toString())
                .assertFails("No anchors: give --harmful and --harmless prompts, or pairs with --anchors.");
        tune(output, "--anchors", "pairs.jsonl").assertFails("--anchors brings complete pairs: leave --harmful");
        tune(output, "--restart", "--finish").assertFails("--restart and --finish exclude each other");
        tune(directory.resolve("nowhere/x.safetensors")).assertFails("does not exist. Create it first.");
        tune(output, "--learning-rate", "0").assertFails("the learning rate must be above 0, found 0.0");
        Path oneKind = Files.writeString(
                directory.resolve("one-kind.jsonl"),
                "{\"prompt\": \"p\", \"response\": \"r\", \"label\": \"harmful\", \"kind\": \"refusal\"}\n");
        steer("tune-acd", "--model", bundle, "--anchors", oneKind.toString(), "-o", output.toString())
                .assertFails("there are no harmful prompts with answers");
        steer("generate", "--model", bundle, "--method", "acd", "Hello")
                .assertFails("The method acd needs tuned soft prompts: give a file of 'steer tune-acd' with --acd.");
        steer("generate", "--model", bundle, "--acd-alpha", "0.4", "Hello").assertFails("--acd-alpha has no effect");
        steer("eval", "--model", bundle, "--methods", "default,acd", "--dataset", harmful + "@refuse", "-o", "x")
                .assertFails("The method acd needs tuned soft prompts");
    }
}
