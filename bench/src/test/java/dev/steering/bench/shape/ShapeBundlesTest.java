package dev.steering.bench.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.Precision;
import dev.steering.export.quantization.BlockScales;
import dev.steering.export.quantization.Quantization;
import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShapeBundlesTest {
    /** Of one layer: queries and output 32 x 32, keys and values 16 x 32, three matrices 64 x 32, two norms. */
    private static final long MATRICES = 2 * (32 * 32 + 16 * 32) + 3 * 64 * 32;

    private static final long BLOCK_PARAMETERS = 2 * (MATRICES + 2 * 32) + 32;
    private static final long HEAD = 48 * 32;

    @TempDir
    private Path cache;

    private Bundle get(ModelShape shape, Precision precision) {
        return new ShapeBundles(cache, ProgressListener.NONE).get(shape, precision);
    }

    private static WeightTraffic weights(Bundle bundle) {
        return WeightTraffic.of(
                bundle.file(bundle.manifest().graph()),
                bundle.manifest().signature().logits());
    }

    @Test
    void aPassReadsEveryMatrixAndNormOnceAndTheTiedEmbeddingAsHead() {
        assertEquals(
                new WeightTraffic(BLOCK_PARAMETERS, 4 * BLOCK_PARAMETERS, HEAD, 4 * HEAD),
                weights(get(TinyShapes.llama(true), Precision.FP32)));
    }

    @Test
    void anEmbeddingOfItsOwnIsNotRead() {
        assertEquals(
                new WeightTraffic(BLOCK_PARAMETERS, 4 * BLOCK_PARAMETERS, HEAD, 4 * HEAD),
                weights(get(TinyShapes.llama(false), Precision.FP32)));
    }

    @Test
    void ofAMixtureAPassReadsTheExpertsThatATokenUses() {
        ModelShape shape = TinyShapes.of(
                "qwen3_moe",
                true,
                ", \"hidden_act\": \"silu\", \"intermediate_size\": 48, \"num_experts\": 8, \"num_experts_per_tok\": 2, \"moe_intermediate_size\": 16,"
                        + " \"norm_topk_prob\": true");
        long attention = 2 * (32 * 32 + 16 * 32) + 2 * 8;
        long router = 8 * 32;
        long experts = 2 * 3 * 16 * 32;
        long blocks = 2 * (attention + router + experts + 2 * 32) + 32;
        assertEquals(new WeightTraffic(blocks, 4 * blocks, HEAD, 4 * HEAD), weights(get(shape, Precision.FP32)));
    }

    @Test
    void fourBitsAreReadWithTheirScalesAndZeroPoints() {
        // In blocks of 64, which a row of 32 has one of as well: 32 bytes of weights, 4 of scale, and a byte for a zero
        // point or two.
        long perRow = 32 + 4 + 1;
        long matrices = (32 + 16 + 16 + 32 + 64 + 64 + 32) * perRow;
        long norms = 4 * (2 * 2 * 32 + 32);
        // The head in 8 bits and a block of 128: a byte per weight of it, a scale and a zero point per row.
        long head = 48 * (128 + 4 + 1);
        assertEquals(
                new WeightTraffic(BLOCK_PARAMETERS, 2 * matrices + norms, HEAD, head),
                weights(get(TinyShapes.llama(true), Precision.INT4)));
    }

    @Test
    void everyFamilyRunsAndItsActivationsAreOfOrderOne() {
        Stream.of(
                        TinyShapes.llama(true),
                        TinyShapes.of("mistral", false, ", \"hidden_act\": \"silu\""),
                        TinyShapes.of("qwen2", true, ", \"hidden_act\": \"silu\""),
                        TinyShapes.of("qwen3", true, ", \"hidden_act\": \"silu\""),
                        TinyShapes.of("gemma2", true, ", \"query_pre_attn_scalar\": 8"))
                .forEach(this::requireOrderOne);
    }

    private void requireOrderOne(ModelShape shape) {
        Bundle bundle = get(shape, Precision.FP32);
        try (LanguageModel model =
                LanguageModel.open(bundle, RuntimeOptions.defaults().withThreads(1))) {
            ForwardResult result = model.forward(ForwardRequest.of(List.of(new int[] {1, 7, 30, 4}))
                    .withCaptures(List.of(List.of(Capture.token(3)))));
            double squares = 0;
            for (float value : result.captured(0, 2, 0)) {
                squares += value * value / 32.0;
            }
            double size = Math.sqrt(squares);
            assertTrue(size > 0.1 && size < 10, shape.name() + ": " + size);
        }
    }

    @Test
    void allPublishedShapesAreReadableByTheExporter() {
        for (String name : ModelShape.names()) {
            String line = ModelShape.named(name).describe();
            assertTrue(line.startsWith(name), line);
        }
        // SmolLM-135M and Llama-3.2-1B as their model cards count them: 134.5 and 1236 million.
        assertTrue(ModelShape.named("smollm-135m").describe().contains(" 0.13 G parameters"));
        assertTrue(ModelShape.named("llama-3.2-1b").describe().contains(" 1.24 G parameters"));
    }

    @Test
    void aBundleIsMadeOnceAndAgainWhenItIsOlderThanTheExporter() throws IOException {
        Bundle first = get(TinyShapes.llama(true), Precision.FP32);
        Path manifest = first.directory().resolve(Bundle.MANIFEST);
        FileTime made = Files.getLastModifiedTime(manifest);
        assertEquals(first, get(TinyShapes.llama(true), Precision.FP32));
        assertEquals(made, Files.getLastModifiedTime(manifest));
        FileTime old = FileTime.fromMillis(0);
        Files.setLastModifiedTime(manifest, old);
        assertEquals(first, get(TinyShapes.llama(true), Precision.FP32));
        assertTrue(Files.getLastModifiedTime(manifest).compareTo(old) > 0);
        try (Stream<Path> left = Files.list(cache)) {
            assertEquals(List.of(first.directory()), left.toList());
        }
    }

    /** As the exporter before named it: however new it is, it is not taken for one that is rounded as now. */
    @Test
    void integersThatWereRoundedOtherwiseAreNotUsed() throws IOException {
        Path old = cache.resolve("tiny-llama-int4");
        Path checkpoint = Files.createDirectory(cache.resolve("checkpoint"));
        RandomCheckpoint.write(TinyShapes.llama(true), 1, checkpoint, ProgressListener.NONE);
        Quantization before = Quantization.ofBits(4).withBlockSize(32).withScales(BlockScales.RANGE);
        CheckpointExporter.export(checkpoint, old, ExportOptions.defaults().withQuantization(before));
        FileTime future = FileTime.from(Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS));
        Files.setLastModifiedTime(old.resolve(Bundle.MANIFEST), future);
        Bundle made = get(TinyShapes.llama(true), Precision.INT4);
        assertEquals(cache.resolve("tiny-llama-int4-64-fitted"), made.directory());
        assertNotEquals(weights(Bundle.open(old)), weights(made));
        assertEquals(
                "tiny-llama-int8-32-range",
                get(TinyShapes.llama(true), Precision.INT8)
                        .directory()
                        .getFileName()
                        .toString());
    }

    /** Of a directory of classes the directory itself keeps its time when a class changes; an old jar that is installed now is new here. */
    @Test
    void theExporterIsAsNewAsTheNewestThingInIt() throws IOException {
        FileTime begin = FileTime.from(Instant.now().minusSeconds(2));
        Path code = Files.createDirectories(cache.resolve("classes/dev"));
        Path old = Files.writeString(code.resolve("A.class"), "a");
        Path later = Files.writeString(code.resolve("B.class"), "b");
        FileTime future = FileTime.from(Instant.now().plusSeconds(1000));
        Files.setLastModifiedTime(later, future);
        for (Path path : List.of(old, code, cache.resolve("classes"))) {
            Files.setLastModifiedTime(path, FileTime.fromMillis(0));
        }
        assertEquals(Files.getLastModifiedTime(later), ShapeBundles.newest(cache.resolve("classes")));
        assertTrue(ShapeBundles.newest(old).compareTo(begin) > 0, "put there now");
    }

    @Test
    void unknownShapesAreRefusedWithTheKnownOnes() {
        SteeringException e = assertThrows(SteeringException.class, () -> ModelShape.named("gpt-5"));
        assertTrue(
                e.getMessage().startsWith("There is no shape 'gpt-5'. Expected one of smollm-135m, "), e.getMessage());
    }
}
