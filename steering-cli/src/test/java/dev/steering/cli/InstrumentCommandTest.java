package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer instrument} as a user types it. */
class InstrumentCommandTest {
    private static final Path EXPORTS = Fixtures.path("onnx-exports");

    @TempDir
    private Path directory;

    private static String model(String export) {
        return EXPORTS.resolve(export).resolve("model.onnx").toString();
    }

    @Test
    void aForeignDecoderBecomesABundleThatPassesItsCheck() {
        String bundle = directory.resolve("bundle").toString();
        String out = steer("instrument", model("genai-qwen3_fp32_cpu"), "-o", bundle)
                .assertSucceeds()
                .out();
        assertTrue(out.contains("embedding  /model/embed_tokens/Gather/output_0"), out);
        assertTrue(out.contains("layer 2    the sum in /model/layers.3/final_norm_layernorm/SkipLayerNorm"), out);
        assertTrue(out.contains("3 layers, hidden 64, vocabulary 160"), out);
        assertTrue(out.contains("cache in place, padding right"), out);
        String reference =
                EXPORTS.resolve("genai-qwen3_fp32_cpu/reference.safetensors").toString();
        String check =
                steer("check", bundle, "--against", reference).assertSucceeds().out();
        assertTrue(check.contains("PASS: 9 of 9"), check);
        String inspected = steer("inspect", bundle).assertSucceeds().out();
        assertTrue(inspected.contains("steering     yes: at every layer"), inspected);
    }

    /** Names count three layers; a config.json that counts four contradicts, and only points given by hand overrule it. */
    @Test
    void whatCountsTheLayersIsSaidAndMustAgree() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("model"));
        String model = folder.resolve("model.onnx").toString();
        Files.copy(EXPORTS.resolve("dyn-olmo2/model.onnx"), Path.of(model));
        String bundle = directory.resolve("bundle").toString();
        String out = steer("instrument", model, "-o", bundle).assertSucceeds().out();
        assertTrue(out.contains("layers: numbers in names count 3 layers, no config.json does"), out);
        String inspected = steer("inspect", bundle).assertSucceeds().out();
        assertTrue(inspected.contains("layers       numbers in names count 3 layers, no config.json does"), inspected);

        Files.writeString(folder.resolve("config.json"), "{\"num_hidden_layers\": 4}");
        steer("instrument", model, "-o", bundle)
                .assertFails(
                        "the data flow shows 3 layers, but config.json counts 4", "(Give the file with --points.)");
        String refused = steer("inspect", model).assertSucceeds().out();
        assertTrue(refused.contains("the data flow shows 3 layers, but config.json"), refused);

        Path points = Files.writeString(
                directory.resolve("points.json"),
                "{\"points\": [\"embedding\", \"add_477\", \"add_849\", \"add_1221\"]}");
        String given = steer("instrument", model, "-o", bundle, "--points", points.toString())
                .assertSucceeds()
                .out();
        assertTrue(
                given.contains("layers: points given by hand; config.json counts 4 layers, numbers in names 3"), given);
    }

    @Test
    void inspectFindsThePointsWithoutRunningTheModel() {
        String out = steer("inspect", model("opt-gpt2")).assertSucceeds().out();
        assertTrue(out.contains("points       4: /transformer/"), out);
        assertTrue(out.contains("next         steer instrument"), out);
    }

    @Test
    void thePointsFileIsObeyedAndCheckedLikeAnythingElse() throws IOException {
        Path points = directory.resolve("points.json");
        Files.writeString(points, "{\"points\": [\"logits\", \"nowhere\"]}");
        CommandRun run = steer(
                "instrument",
                model("opt-gpt2"),
                "-o",
                directory.resolve("bundle").toString(),
                "--points",
                points.toString());
        assertEquals(ExitCodes.FAILURE, run.exit());
        assertTrue(run.err().contains("the given point 'nowhere'"), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertFalse(Files.exists(directory.resolve("bundle")));
    }

    @Test
    void whatIsNoDecoderIsRefusedInOneLine() {
        CommandRun run = steer(
                "instrument",
                EXPORTS.resolve("opt-gpt2/reference.safetensors").toString(),
                "-o",
                directory.resolve("bundle").toString());
        assertEquals(ExitCodes.FAILURE, run.exit());
        assertTrue(run.err().contains("is not an ONNX model"), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }
}
