package dev.steering.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.bench.shape.TinyBundle;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.pass.RuntimeOptions.Weights;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo model, which has a context of 128 tokens. */
class ThroughputBenchTest {
    private static final int HIDDEN = 128;
    private static final int VOCABULARY = 2048;

    /** Of one of the six layers: queries and output, keys and values, three matrices of the MLP, two norms. */
    private static final long LAYER = 2 * HIDDEN * HIDDEN + 2 * 64 * HIDDEN + 3 * 320 * HIDDEN + 2 * HIDDEN;

    private static final long BLOCKS = 6 * LAYER + HIDDEN;

    @TempDir
    private static Path directory;

    private static Bundle bundle;

    @BeforeAll
    static void export() {
        bundle = CheckpointExporter.export(
                Fixtures.demoModel().resolve("hf"), directory.resolve("demo"), ExportOptions.defaults());
    }

    @Test
    void everyFigureFollowsFromItsTimesAndTheMachine() throws IOException {
        BenchSettings settings = BenchSettings.defaults()
                .withThreads(1)
                .withOnly(List.of("decode-b1-steered", "prefill", "extract-b16-steered-rows", "extract-b16-captured"));
        List<String> stages = new ArrayList<>();
        BenchReport report = ThroughputBench.run(bundle, settings, (stage, done, total) -> {
            assertTrue(done >= 0 && done <= total, stage + " " + done + "/" + total);
            if (!stages.contains(stage)) {
                stages.add(stage);
            }
        });
        assertEquals(List.of("warming up", "timing"), stages);
        JsonNode root = new ObjectMapper().readTree(ReportJson.write(report));
        assertEquals(
                List.of(
                        "results",
                        "machine",
                        "versions",
                        "settings",
                        "model",
                        "memory",
                        "zero_steering",
                        "zero_projection",
                        "left_out"),
                keys(root));
        List<String> names = new ArrayList<>();
        root.path("results").forEach(result -> names.add(result.path("name").asText()));
        assertEquals(
                List.of(
                        "decode-b1",
                        "decode-b1-steered",
                        "prefill-128",
                        "prefill-128-captured",
                        "prefill-128-steered",
                        "prefill-128-steered-rows",
                        "extract-b16",
                        "extract-b16-captured",
                        "extract-b16-steered-rows"),
                names);
        assertEquals(4, root.path("left_out").size());
        assertEquals(
                "needs a context of 512 tokens, the model has 128",
                root.path("left_out").path("prefill-512").asText());
        double flops = root.path("machine").path("peak_flops").path("median").asDouble();
        double bandwidth =
                root.path("machine").path("read_bytes_per_s").path("median").asDouble();
        JsonNode decode = root.path("results").get(0);
        // 16 tokens; all weights but the embedding, which has a head beside it.
        checkResult(decode, 16, 16 * 4.0 * (BLOCKS + VOCABULARY * HIDDEN) / bandwidth, 1);
        checkResult(root.path("results").get(2), 128, 2.0 * BLOCKS * 128 / flops, 1);
        // 128 prompts of 10 to 16 tokens, in turn: 18 whole turns of 91 and 10 + 11.
        checkResult(root.path("results").get(6), 18 * 91 + 21, 2.0 * BLOCKS * (18 * 91 + 21) / flops, 1);
        JsonNode steered = root.path("results").get(1);
        checkResult(
                steered,
                16,
                16 * 4.0 * (BLOCKS + VOCABULARY * HIDDEN) / bandwidth,
                steered.path("median_s").asDouble() / decode.path("median_s").asDouble());
        assertEquals("decode-b1", steered.path("ratio_to_name").asText());
        assertEquals(10, report.results().get(0).seconds().count());
        assertEquals(1, root.path("settings").path("threads").asInt());
        assertFalse(root.path("settings").path("mapped_weights").asBoolean());
        assertFalse(root.path("settings").path("huge_pages").asBoolean());
        JsonNode zero = root.path("zero_steering");
        // Two rows, and one beside a steered one; two passes: logits of one position and activations of one token at
        // the seven points.
        assertEquals(3 * 2 * (VOCABULARY + 7 * HIDDEN), zero.path("values").asLong());
        assertEquals(0, zero.path("differing").asLong());
        assertEquals(0, zero.path("largest_difference").asDouble());
        JsonNode projection = root.path("zero_projection");
        assertEquals(
                2 * 2 * (VOCABULARY + 7 * HIDDEN), projection.path("values").asLong());
        assertTrue(projection.path("largest_difference").asDouble() < 1e-4, projection.toString());
        assertEquals("1.29.0", root.path("versions").path("onnxruntime").asText());
    }

    /** Programs read the figures by these names. */
    @Test
    void everyNamedFigureIsInTheDocument() throws IOException {
        Bundle small = TinyBundle.withContext(512, directory.resolve("tiny"));
        BenchSettings settings = BenchSettings.defaults().withThreads(1).withWeights(Weights.MAPPED);
        BenchReport report = ThroughputBench.run(small, settings, ProgressListener.NONE);
        JsonNode root = new ObjectMapper().readTree(ReportJson.write(report));
        Set<String> expected = new TreeSet<>();
        for (String task : List.of(
                "prefill-128", "prefill-512", "extract-b1", "extract-b16", "extract-b64", "decode-b1", "decode-b16")) {
            List.of("", "-captured", "-steered", "-steered-rows").forEach(suffix -> expected.add(task + suffix));
        }
        Set<String> found = new TreeSet<>();
        for (JsonNode result : root.path("results")) {
            found.add(result.path("name").asText());
            for (String field : List.of("threads", "median_s", "tokens_per_s", "fraction_of_floor", "ratio_to")) {
                assertTrue(result.path(field).asDouble() > 0, field + " of " + result);
            }
        }
        assertEquals(expected, found);
        assertTrue(root.path("settings").path("mapped_weights").asBoolean());
        assertTrue(root.path("left_out").isEmpty());
    }

    private static void checkResult(JsonNode result, int tokens, double floor, double ratio) {
        double median = result.path("median_s").asDouble();
        assertTrue(median > 0, result.toString());
        assertEquals(1, result.path("threads").asInt());
        assertEquals(tokens / median, result.path("tokens_per_s").asDouble(), 1e-9 * tokens / median);
        assertEquals(floor / median, result.path("fraction_of_floor").asDouble(), 1e-9 * floor / median);
        assertEquals(ratio, result.path("ratio_to").asDouble(), 1e-9);
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void aContextThatHoldsNothingOfItIsAnError() {
        BenchSettings settings = BenchSettings.defaults().withOnly(List.of("prefill-512"));
        SteeringException e = assertThrows(
                SteeringException.class, () -> ThroughputBench.run(bundle, settings, ProgressListener.NONE));
        assertTrue(e.getMessage().startsWith("Nothing to time: the context of"), e.getMessage());
    }
}
