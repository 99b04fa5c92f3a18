package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.check.ReferenceComparison;
import dev.steering.export.quantization.BlockScales;
import dev.steering.export.quantization.Quantization;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Half precision and integers against the same references as single precision, and against their own weights. */
class PrecisionTest {
    /**
     * Relative to the largest value: half precision has 2^-11 per rounding, and a few dozen roundings follow each other. Measured
     * on all checkpoints: 2.3e-3 at most.
     */
    private static final double HALF = 5e-3;

    /** Weights and activations are off by half a percent each; measured 7e-2 at most, on seven layers of random weights. */
    private static final double EIGHT_BITS = 0.15;

    /** Weights are off by 9 %; random weights do nothing to compensate it. Measured 0.5 at most. */
    private static final double FOUR_BITS = 1;

    private static final Set<String> HEADS = Set.of("lm_head.weight", "model.embed_tokens.weight");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gemma",
                "gemma2",
                "gemma3",
                "gemma3-multimodal",
                "llama-biases",
                "llama-head20-yarn",
                "phi3",
                "qwen3"
            })
    void halfPrecisionIsCloseToTheReference(String name) {
        Bundle bundle = export(
                TestCheckpoint.path(name), "half", ExportOptions.defaults().withPrecision(Precision.FP16));
        assertEquals("f16", bundle.manifest().dtype());
        assertEquals(
                Set.of(DType.F16),
                bundle.manifest().signature().cache().entries().stream()
                        .map(CacheEntry::type)
                        .collect(Collectors.toSet()));
        check(bundle, TestCheckpoint.path(name)).forEach(c -> assertTrue(c.passes(HALF), c::toString));
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "gemma3", "phi3", "qwen2-window"})
    void integersAreNearTheReference(String name) {
        for (Precision precision : List.of(Precision.INT8, Precision.INT4)) {
            Bundle bundle = export(
                    TestCheckpoint.path(name), "near", ExportOptions.defaults().withPrecision(precision));
            assertEquals(precision.manifestName(), bundle.manifest().dtype());
            double tolerance = precision == Precision.INT8 ? EIGHT_BITS : FOUR_BITS;
            check(bundle, TestCheckpoint.path(name)).forEach(c -> assertTrue(c.passes(tolerance), c::toString));
        }
    }

    /** The weights that the integers stand for, in single precision: nothing but the order of float32 sums may differ. */
    @ParameterizedTest
    @CsvSource({
        "llama,4,32,false,RANGE,8",
        "llama,8,128,true,RANGE,0",
        "llama-biases,4,16,true,RANGE,8",
        "llama-head20-yarn,8,32,false,RANGE,4",
        "gemma3,4,64,false,RANGE,0",
        "phi3,4,32,true,RANGE,4",
        "phi3,8,256,false,RANGE,8",
        "granite,4,128,false,RANGE,8",
        "qwen3,8,16,true,RANGE,0",
        "gemma3-multimodal,4,32,false,RANGE,0",
        "smollm3,8,64,false,RANGE,8",
        "llama,4,64,false,FITTED,8",
        "gemma3,4,32,true,FITTED,4",
        "phi3,4,128,false,FITTED,0",
        "qwen3,8,32,false,FITTED,8"
    })
    void integersComputeWhatTheirDequantisedWeightsCompute(
            String name, int bits, int block, boolean symmetric, BlockScales scales, int headBits) throws IOException {
        Quantization how = new Quantization(bits, block, symmetric, scales, true, headBits, block);
        Bundle integers = export(
                TestCheckpoint.path(name), "int", ExportOptions.defaults().withQuantization(how));
        TestCheckpoint rounded = TestCheckpoint.load(name);
        int matrices = 0;
        int heads = 0;
        SafetensorsFile file = SafetensorsFile.open(integers.file("weights.safetensors"));
        for (String weight : List.copyOf(rounded.weights.keySet())) {
            TestCheckpoint.Weight table = rounded.weights.get(weight);
            if (headBits != 0 && HEADS.contains(weight) && file.tensors().containsKey(weight + ".packed")) {
                // Untied: only the head is rounded, not the embedding that it shares its numbers with.
                float[] head = Dequantizer.read(file, weight, (int) table.shape()[1], how.head());
                rounded.config.put("tie_word_embeddings", false);
                rounded.weights.put("lm_head.weight", new TestCheckpoint.Weight(head, table.shape()));
                heads++;
            } else if (file.tensors().containsKey(weight + ".packed")) {
                TestCheckpoint.Weight matrix = rounded.weights.get(weight);
                float[] read = Dequantizer.read(file, weight, (int) matrix.shape()[1], how);
                System.arraycopy(read, 0, matrix.values(), 0, matrix.values().length);
                matrices++;
            }
        }
        assertEquals(headBits == 0 ? 0 : 1, heads);
        assertTrue(matrices >= 4 * integers.manifest().layers(), "every layer has matrices");
        Bundle floats = export(rounded.save(directory.resolve("rounded")), "float", ExportOptions.defaults());
        LogitProbe.assertSameLogits(floats, integers, 1e-5);
    }

    /** What is written without any choice, beside the same by range: nearer to the checkpoint's own weights in every matrix. */
    @Test
    void fourBitsAreFittedBlocksOf64() throws IOException {
        Quantization usual = Quantization.ofBits(4);
        Bundle bundle = export(
                TestCheckpoint.path("llama"), "usual", ExportOptions.defaults().withPrecision(Precision.INT4));
        Bundle range = export(
                TestCheckpoint.path("llama"),
                "range",
                ExportOptions.defaults().withQuantization(usual.withScales(BlockScales.RANGE)));
        SafetensorsFile file = SafetensorsFile.open(bundle.file("weights.safetensors"));
        SafetensorsFile byRange = SafetensorsFile.open(range.file("weights.safetensors"));
        int matrices = 0;
        for (var weight : TestCheckpoint.load("llama").weights.entrySet()) {
            String name = weight.getKey();
            if (!file.tensors().containsKey(name + ".packed") || HEADS.contains(name)) {
                continue;
            }
            int columns = (int) weight.getValue().shape()[1];
            assertEquals(
                    List.of(weight.getValue().shape()[0], (columns + 63L) / 64, 32L),
                    file.tensor(name + ".packed").shape(),
                    name);
            float[] exact = weight.getValue().values();
            double fitted = squaredError(exact, Dequantizer.read(file, name, columns, usual));
            double cut = squaredError(exact, Dequantizer.read(byRange, name, columns, usual));
            assertTrue(fitted < 0.97 * cut, name + ": " + fitted + " of " + cut);
            matrices++;
        }
        assertEquals(7 * bundle.manifest().layers(), matrices);
    }

    private static double squaredError(float[] expected, float[] found) {
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            double error = expected[i] - found[i];
            sum += error * error;
        }
        return sum;
    }

    /** The other graph of the bundle computes the same when there is nothing to project out. */
    @ParameterizedTest
    @CsvSource({"gemma3,FP32", "granite,FP32", "phi3,INT4", "qwen3,FP16", "llama-head20-yarn,INT8"})
    void theProjectionGraphIsTheSameModel(String name, Precision precision) {
        Bundle bundle = export(
                TestCheckpoint.path(name), "both", ExportOptions.defaults().withPrecision(precision));
        float[][] plain = LogitProbe.logits(bundle, null);
        float[][] directions =
                new float[bundle.manifest().points()][bundle.manifest().hidden()];
        for (float[] direction : directions) {
            direction[0] = 1;
        }
        float[][] projected = LogitProbe.logits(
                bundle, PassSteering.projectingOut(DirectionSet.of(directions), true, List.of(Schedule.everywhere(0))));
        for (int i = 0; i < plain.length; i++) {
            assertArrayEquals(plain[i], projected[i], 1e-5f);
        }
    }

    @Test
    void aVectorOfOnePrecisionIsValidForAll() {
        Path checkpoint = TestCheckpoint.path("llama");
        String single =
                export(checkpoint, "a", ExportOptions.defaults()).manifest().fingerprint();
        for (Precision precision : Precision.values()) {
            ExportOptions options = ExportOptions.defaults().withPrecision(precision);
            assertEquals(single, export(checkpoint, "b", options).manifest().fingerprint(), precision::toString);
        }
    }

    @Test
    void aQuantisedBundleNeedsNothingOfTheCheckpoint() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").saveSharded(directory.resolve("hf"));
        Bundle bundle = export(checkpoint, "alone", ExportOptions.defaults().withPrecision(Precision.INT4));
        try (var files = Files.list(bundle.directory())) {
            assertEquals(
                    Set.of(
                            "config.json",
                            "model-gated.onnx",
                            "model-projection.onnx",
                            "model.onnx",
                            "rotary.bin",
                            "steering.json",
                            "weights.safetensors"),
                    files.map(f -> f.getFileName().toString()).collect(Collectors.toSet()));
        }
        assertFalse(bundle.manifest().head().file().isEmpty());
        assertEquals("weights.safetensors", bundle.manifest().head().file());
        // Unrounded, for the projection on the vocabulary.
        assertArrayEquals(
                TestCheckpoint.load("llama").weights.get("lm_head.weight").values(),
                SafetensorsFile.open(bundle.file("weights.safetensors")).floats("lm_head.weight"));
        assertEquals(
                "weights.safetensors", bundle.manifest().finalNorm().weight().file());
    }

    @Test
    void quantisingTwiceGivesTheSameBytes() throws IOException {
        ExportOptions options = ExportOptions.defaults().withPrecision(Precision.INT4);
        Path first = export(TestCheckpoint.path("phi3"), "first", options).file("weights.safetensors");
        Path second = export(TestCheckpoint.path("phi3"), "second", options).file("weights.safetensors");
        assertEquals(-1, Files.mismatch(first, second));
    }

    private Bundle export(Path checkpoint, String name, ExportOptions options) {
        return CheckpointExporter.export(checkpoint, directory.resolve(name), options);
    }

    private static List<ReferenceComparison> check(Bundle bundle, Path checkpoint) {
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            SafetensorsFile reference = SafetensorsFile.open(checkpoint.resolve("reference.safetensors"));
            return ReferenceCheck.run(model, reference).comparisons();
        }
    }
}
