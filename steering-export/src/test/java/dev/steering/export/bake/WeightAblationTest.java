package dev.steering.export.bake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints without a direction. {@code ablated-logits.safetensors} holds the logits of the last three of twelve tokens, made by transformers
 * 5.18 in float64 with hooks that project the direction out of what {@code embed_tokens}, {@code o_proj} and {@code down_proj} return, the
 * weights being as they are.
 */
class WeightAblationTest {
    @TempDir
    Path directory;

    /** {@code sin(0.7 i)}, i = 1, 2, ... */
    private static float[] direction(int hidden) {
        float[] direction = new float[hidden];
        for (int i = 0; i < hidden; i++) {
            direction[i] = (float) Math.sin(0.7 * (i + 1));
        }
        return direction;
    }

    private WeightAblation.Written ablate(Path checkpoint, boolean keepNorms) {
        return ablate(checkpoint, new WeightAblation.How(keepNorms, false));
    }

    private WeightAblation.Written ablate(Path checkpoint, WeightAblation.How how) {
        Checkpoint opened = Checkpoint.open(checkpoint);
        float[] direction = direction(opened.config().path("hidden_size").asInt());
        return new WeightAblation(opened, direction, how)
                .write(directory.resolve("baked"), Map.of("note.json", "{}\n"), ProgressListener.NONE);
    }

    private SafetensorsFile baked() {
        return SafetensorsFile.open(directory.resolve("baked/model.safetensors"));
    }

    private static float[][] logits(Path checkpoint, Path bundle, int[] tokens) {
        Bundle exported = CheckpointExporter.export(checkpoint, bundle, ExportOptions.defaults());
        int last = tokens.length - 1;
        try (LanguageModel model = LanguageModel.open(exported.directory())) {
            var result = model.forward(
                    ForwardRequest.of(List.of(tokens)).withLogits(List.of(new int[] {last - 2, last - 1, last})));
            return new float[][] {result.logits(0, 0), result.logits(0, 1), result.logits(0, 2)};
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"llama", "llama-biases", "mistral", "qwen2", "qwen3", "phi3", "gemma", "granite", "smollm3"})
    void logitsAreThoseOfTheModelWithItsWritesProjected(String name) throws URISyntaxException {
        Path golden = Path.of(Objects.requireNonNull(WeightAblationTest.class.getResource("ablated-logits.safetensors"))
                .toURI());
        SafetensorsFile expected = SafetensorsFile.open(golden);
        long[] ids = expected.longs("tokens");
        int[] tokens = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            tokens[i] = (int) ids[i];
        }
        ablate(TestCheckpoint.path(name), false);
        float[][] found = logits(directory.resolve("baked"), directory.resolve("bundle"), tokens);
        float[] wanted = expected.floats(name);
        double scale = 1;
        double most = 0;
        for (int i = 0; i < wanted.length; i++) {
            scale = Math.max(scale, Math.abs(wanted[i]));
            most = Math.max(most, Math.abs(wanted[i] - found[i / found[0].length][i % found[0].length]));
        }
        assertTrue(most / scale < 1e-5, name + ": " + most);
        float[][] before = logits(TestCheckpoint.path(name), directory.resolve("plain"), tokens);
        double change = 0;
        for (int i = 0; i < wanted.length; i++) {
            change = Math.max(change, Math.abs(wanted[i] - before[i / before[0].length][i % before[0].length]));
        }
        assertTrue(change > 0.1, "it does change the model: " + change);
    }

    /** A bundle of changed weights has copies of these, not of those before. */
    @Test
    void copiesThatABundleReadsAsOneAreOfTheChangedCheckpoint() throws IOException {
        Path from = TestCheckpoint.path("llama");
        ablate(from, new WeightAblation.How(false, true));
        Path checkpoint = directory.resolve("baked");
        for (Path of : List.of(from, checkpoint)) {
            Bundle bundle = CheckpointExporter.export(of, directory.resolve("bundle"), ExportOptions.defaults());
            SafetensorsFile copies = SafetensorsFile.open(bundle.file("joined.safetensors"));
            assertEquals(3 * bundle.manifest().layers(), copies.tensors().size());
            TestCheckpoint weights = TestCheckpoint.load(of);
            copies.tensors()
                    .keySet()
                    .forEach(name -> assertArrayEquals(weights.weights.get(name).values(), copies.floats(name), name));
        }
    }

    /** What is not written into the stream is untouched, to the bit; what is has no component along the direction and, if asked, its length. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyWhatWritesIntoTheStreamChanges(boolean keepNorms) throws IOException {
        Path from = TestCheckpoint.path("llama");
        WeightAblation.Written written = ablate(from, keepNorms);
        assertEquals(1 + 2 * 3, written.tensors());
        assertTrue(written.leftOver() < 1e-7, "" + written.leftOver());
        TestCheckpoint before = TestCheckpoint.load(from);
        TestCheckpoint after = TestCheckpoint.load(directory.resolve("baked"));
        assertEquals(before.weights.keySet(), after.weights.keySet());
        int changed = 0;
        for (String name : before.weights.keySet()) {
            float[] old = before.weights.get(name).values();
            float[] now = after.weights.get(name).values();
            boolean target = name.contains("o_proj") || name.contains("down_proj") || name.contains("embed_tokens");
            assertEquals(!target, Arrays.equals(old, now), name);
            if (target) {
                changed++;
                boolean columns = !name.contains("embed");
                long[] shape = before.weights.get(name).shape();
                assertWritten(old, now, (int) shape[0], (int) shape[1], columns, keepNorms);
            }
        }
        assertEquals(7, changed);
        assertEquals("{}\n", Files.readString(directory.resolve("baked/note.json")));
        assertEquals(SafetensorsFile.open(from.resolve("model.safetensors")).metadata(), baked().metadata());
    }

    private static void assertWritten(
            float[] old, float[] now, int rows, int width, boolean columns, boolean keepNorms) {
        int hidden = columns ? rows : width;
        float[] u = direction(hidden);
        double length = 0;
        for (float value : u) {
            length += value * value;
        }
        for (int k = 0; k < (columns ? width : rows); k++) {
            double along = 0;
            double wasAlong = 0;
            double was = 0;
            double is = 0;
            for (int i = 0; i < hidden; i++) {
                int at = columns ? i * width + k : k * width + i;
                along += u[i] * now[at];
                wasAlong += u[i] * old[at];
                was += old[at] * old[at];
                is += now[at] * now[at];
            }
            assertEquals(0, along / Math.sqrt(length), 1e-6 * Math.sqrt(was));
            double expected = keepNorms ? was : was - wasAlong * wasAlong / length;
            assertEquals(expected, is, 1e-5 * was);
        }
    }

    /** The head reads what it read before: it is no longer the embedding. */
    @Test
    void tiedHeadsAreUntied() throws IOException {
        Path from = TestCheckpoint.path("qwen2");
        WeightAblation.Written written = ablate(from, false);
        assertTrue(written.untied());
        TestCheckpoint before = TestCheckpoint.load(from);
        TestCheckpoint after = TestCheckpoint.load(directory.resolve("baked"));
        assertFalse(after.config.path("tie_word_embeddings").asBoolean(true));
        assertTrue(Arrays.equals(
                before.weights.get("model.embed_tokens.weight").values(),
                after.weights.get("lm_head.weight").values()));
        assertFalse(Arrays.equals(
                before.weights.get("model.embed_tokens.weight").values(),
                after.weights.get("model.embed_tokens.weight").values()));
    }

    @Test
    void shardsWithoutSuchTensorsAreLinked() throws IOException {
        Path from = TestCheckpoint.load("qwen2").saveSharded(directory.resolve("sharded"));
        WeightAblation.Written written = ablate(from, false);
        Path baked = directory.resolve("baked");
        int linked = 0;
        for (int shard = 0; shard < 3; shard++) {
            String name = TestCheckpoint.shardName(shard);
            boolean target = SafetensorsFile.open(from.resolve(name)).tensors().keySet().stream()
                    .anyMatch(tensor -> tensor.matches(".*(o_proj|down_proj|embed_tokens).*"));
            assertEquals(!target, Files.isSameFile(from.resolve(name), baked.resolve(name)), name);
            linked += target ? 0 : 1;
        }
        assertEquals(3 - linked, written.files());
        String map = new ObjectMapper()
                .readTree(baked.resolve("model.safetensors.index.json").toFile())
                .path("weight_map")
                .path("lm_head.weight")
                .asText();
        assertTrue(SafetensorsFile.open(baked.resolve(map)).tensors().containsKey("lm_head.weight"));
        int[] tokens = {5, 17, 42, 9, 3, 20};
        float[][] sharded = logits(baked, directory.resolve("b1"), tokens);
        Checkpoint whole = Checkpoint.open(TestCheckpoint.path("qwen2"));
        new WeightAblation(whole, direction(64), new WeightAblation.How(false, false))
                .write(directory.resolve("one"), Map.of(), ProgressListener.NONE);
        assertTrue(Arrays.deepEquals(sharded, logits(directory.resolve("one"), directory.resolve("b2"), tokens)));
    }

    /** 16-bit tensors stay 16-bit: what is left along the direction is their rounding, and is said. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"BF16", "F16"})
    void sixteenBitsAreRounded(DType type) throws IOException {
        Path from = TestCheckpoint.load("llama").save(directory.resolve("narrow"), type);
        WeightAblation.Written written = ablate(from, false);
        assertEquals(type, baked().tensor("model.layers.0.mlp.down_proj.weight").dtype());
        double unit = type == DType.BF16 ? 0x1p-9 : 0x1p-12;
        assertTrue(written.leftOver() > 1e-6, "rounding is not hidden: " + written.leftOver());
        assertTrue(written.leftOver() < 2 * unit, type + " " + written.leftOver());
    }

    @Test
    void changedTensorsCanBeWrittenWithoutRounding() throws IOException {
        TestCheckpoint llama = TestCheckpoint.load("llama");
        llama.config.put("torch_dtype", "bfloat16");
        Path from = llama.save(directory.resolve("narrow"), DType.BF16);
        WeightAblation.Written written = ablate(from, new WeightAblation.How(false, true));
        assertTrue(written.leftOver() < 1e-7, "" + written.leftOver());
        assertEquals(
                DType.F32, baked().tensor("model.layers.0.mlp.down_proj.weight").dtype());
        assertEquals(
                DType.BF16, baked().tensor("model.layers.0.mlp.up_proj.weight").dtype());
        TestCheckpoint after = TestCheckpoint.load(directory.resolve("baked"));
        assertEquals("float32", after.config.path("torch_dtype").asText());
    }

    @Test
    void whatCannotBeChangedIsRefusedByName() throws IOException {
        TestCheckpoint quantised = TestCheckpoint.load("llama");
        quantised.config.putObject("quantization_config").put("quant_method", "gptq");
        Path gptq = quantised.save(directory.resolve("gptq"));
        refused(gptq, "the weights are quantised (GPTQ in quantization_config)");
        refused(
                withBytes("model.layers.1.mlp.down_proj.weight"),
                "'model.layers.1.mlp.down_proj.weight' is I8, expected F32,");
        refused(TestCheckpoint.path("gemma2"), "gemma2 norms what attention and MLP write before it is added");
        Checkpoint llama = Checkpoint.open(TestCheckpoint.path("llama"));
        String zero = assertThrows(
                        SteeringException.class,
                        () -> new WeightAblation(llama, new float[64], new WeightAblation.How(false, false)))
                .getMessage();
        assertTrue(zero.contains("not all zero"), zero);
        ablate(TestCheckpoint.path("llama"), false);
        refused(TestCheckpoint.path("llama"), "it is there and not empty");
    }

    /** The small Llama with a tensor of the same shape in eight bits. */
    private Path withBytes(String eight) throws IOException {
        Path from = TestCheckpoint.path("llama");
        Path to = Files.createDirectories(directory.resolve("bytes"));
        Files.copy(from.resolve("config.json"), to.resolve("config.json"));
        SafetensorsFile file = SafetensorsFile.open(from.resolve("model.safetensors"));
        SafetensorsWriter writer = new SafetensorsWriter();
        file.tensors().forEach((name, tensor) -> {
            long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            if (name.equals(eight)) {
                writer.bytes(name, DType.I8, new byte[(int) tensor.elements()], shape);
            } else {
                writer.floats(name, file.floats(name), shape);
            }
        });
        writer.write(to.resolve("model.safetensors"));
        return to;
    }

    private void refused(Path checkpoint, String message) {
        SteeringException e = assertThrows(SteeringException.class, () -> ablate(checkpoint, false));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }
}
