package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointExporterTest {
    private static final int[] TOKENS = {5, 17, 3, 99, 42, 42, 8};

    @TempDir
    private Path directory;

    @Test
    void theManifestSaysWhatTheConfigSays() {
        BundleManifest manifest = export(TestCheckpoint.path("llama"), "bundle").manifest();
        assertEquals("llama", manifest.name());
        assertEquals("llama", manifest.architecture());
        assertEquals(3, manifest.layers());
        assertEquals(64, manifest.hidden());
        assertEquals(160, manifest.vocabulary());
        assertEquals(256, manifest.context());
        assertEquals(
                GraphSignature.CacheMode.IN_PLACE, manifest.signature().cache().mode());
        assertEquals(
                List.of("batch", "2", "length", "16"),
                manifest.signature().cache().entries().get(0).shape());
        assertEquals(new BundleManifest.TensorReference("model.safetensors", "lm_head.weight"), manifest.head());
        assertEquals(1, manifest.beginToken());
        assertEquals(List.of(2), manifest.endTokens());
        assertEquals(
                List.of("joined.safetensors", "model.onnx", "model.safetensors"),
                List.copyOf(new TreeSet<>(manifest.sha256().keySet())));
    }

    @Test
    void aTiedHeadIsTheEmbedding() {
        assertEquals(
                "model.embed_tokens.weight",
                export(TestCheckpoint.path("llama3-rope"), "bundle")
                        .manifest()
                        .head()
                        .tensor());
    }

    @Test
    void theGenerationConfigsEndTokensWin() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"));
        Files.writeString(checkpoint.resolve("generation_config.json"), "{\"eos_token_id\": [7, 9]}");
        assertEquals(List.of(7, 9), export(checkpoint, "bundle").manifest().endTokens());
    }

    @Test
    void exportingTwiceGivesTheSameBytes() throws IOException {
        Path first = export(TestCheckpoint.path("llama"), "first").directory();
        Path second = export(TestCheckpoint.path("llama"), "second").directory();
        List<String> names = List.of(
                "model.onnx",
                "model-projection.onnx",
                "model-gated.onnx",
                "rotary.bin",
                "steering.json",
                "model.safetensors");
        for (String name : names) {
            assertArrayEquals(Files.readAllBytes(first.resolve(name)), Files.readAllBytes(second.resolve(name)), name);
        }
    }

    @Test
    void theFingerprintFollowsTheWeights() throws IOException {
        TestCheckpoint changed = TestCheckpoint.load("llama");
        String before = export(changed.save(directory.resolve("a")), "a-bundle")
                .manifest()
                .fingerprint();
        changed.weights.get("lm_head.weight").values()[5] += 1e-3f;
        String after = export(changed.save(directory.resolve("b")), "b-bundle")
                .manifest()
                .fingerprint();
        assertNotEquals(before, after);
    }

    /** The same values in the wide type must give the same results: only the order of float32 sums may differ. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F16", "BF16"})
    void narrowWeightsAreWidenedExactly(DType type) throws IOException {
        Path narrow = TestCheckpoint.load("llama").save(directory.resolve("narrow"), type);
        assertEquals(
                type,
                SafetensorsFile.open(narrow.resolve("model.safetensors"))
                        .tensor("model.norm.weight")
                        .dtype());
        Path wide = TestCheckpoint.load(narrow).save(directory.resolve("wide"));
        float[] expected = logits(export(wide, "wide-bundle"));
        assertArrayEquals(expected, logits(export(narrow, "narrow-bundle")), 1e-5f);
        float[] unrounded = logits(export(TestCheckpoint.path("llama"), "unrounded-bundle"));
        double distance = distance(expected, unrounded);
        assertTrue(distance > 1e-5 && distance < (type == DType.F16 ? 0.05 : 0.5), () -> "rounding moved " + distance);
    }

    @Test
    void shardsEqualTheSingleFile() throws IOException {
        Path sharded = TestCheckpoint.load("llama").saveSharded(directory.resolve("sharded"));
        Bundle bundle = export(sharded, "sharded-bundle");
        assertEquals(5, bundle.manifest().sha256().size(), "three shards, copies of what is apart in them, the graph");
        assertArrayEquals(logits(export(TestCheckpoint.path("llama"), "single-bundle")), logits(bundle));
    }

    @Test
    void biasesAreNotIgnored() throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("llama-biases");
        float[] with = logits(export(checkpoint.save(directory.resolve("with")), "with-bundle"));
        for (String name : List.of("self_attn.q_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.down_proj")) {
            TestCheckpoint changed = TestCheckpoint.load("llama-biases");
            changed.weights.get("model.layers.1." + name + ".bias").values()[3] += 1;
            float[] without = logits(export(changed.save(directory.resolve(name)), name + "-bundle"));
            assertTrue(distance(with, without) > 1e-4, name);
        }
    }

    @Test
    void copiedWeightsAreFilesOfTheirOwn() throws IOException {
        Path source = TestCheckpoint.path("llama");
        Path bundle = directory.resolve("bundle");
        CheckpointExporter.export(source, bundle, ExportOptions.defaults().withCopyWeights(true));
        assertFalse(Files.isSameFile(source.resolve("model.safetensors"), bundle.resolve("model.safetensors")));
        assertEquals(-1, Files.mismatch(source.resolve("model.safetensors"), bundle.resolve("model.safetensors")));
    }

    @Test
    void linkedWeightsOutliveTheCheckpoint() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"));
        Bundle bundle = export(checkpoint, "bundle");
        float[] before = logits(bundle);
        Files.delete(checkpoint.resolve("model.safetensors"));
        assertArrayEquals(before, logits(bundle));
    }

    @Test
    void tokenizerFilesAreCopiedWhereThereAreAny() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"));
        Bundle without = export(checkpoint, "without");
        assertFalse(Files.exists(without.directory().resolve("tokenizer.json")));
        Files.writeString(checkpoint.resolve("tokenizer.json"), "{}");
        Bundle with = export(checkpoint, "with");
        assertEquals("{}", Files.readString(with.directory().resolve("tokenizer.json")));
        assertNotEquals(without.manifest().fingerprint(), with.manifest().fingerprint());
    }

    private Bundle export(Path checkpoint, String name) {
        return CheckpointExporter.export(checkpoint, directory.resolve(name), ExportOptions.defaults());
    }

    private static float[] logits(Bundle bundle) {
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            int vocabulary = model.manifest().vocabulary();
            int[] tokens = Arrays.stream(TOKENS).map(t -> t % vocabulary).toArray();
            ForwardResult result = model.forward(ForwardRequest.of(List.of(tokens))
                    .withLastLogits()
                    .withCaptures(List.of(List.of(Capture.token(0)))));
            return result.logits(0, 0);
        }
    }

    private static double distance(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }
}
