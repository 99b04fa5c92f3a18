package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.SteeringException;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportErrorsTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "model_type | \"mamba\" | model_type \"mamba\" is not supported; supported: apertus, arcee, bloom, cohere, cohere2, deepseek_v2, deepseek_v3, ernie4_5,",
                "hidden_act | \"mish\" | the activation (hidden_act or hidden_activation) \"mish\" is not supported; supported: silu, swish, gelu, gelu_python, gelu_pytorch_tanh, gelu_new, gelu_fast, gelu_python_tanh, gelu_accurate, quick_gelu, relu, relu2, xielu.",
                "rope_scaling | {\"rope_type\": \"dynamic\"} | rope_scaling: expected factor to be a positive number, found nothing.",
                "rope_scaling | {\"rope_type\": \"proportional\"} | rope_type \"proportional\" is not supported; supported: default, dynamic, linear, llama3, longrope, yarn.",
                "rope_scaling | {\"type\": \"su\"} | type \"su\" is not supported; supported: default, dynamic, linear, llama3, longrope, yarn.",
                "rope_scaling | {\"type\": \"longrope\", \"short_factor\": [1]} | rope_scaling: expected short_factor to be a list of 8 positive numbers, found a list of 1.",
                "rope_scaling | {\"type\": \"mrope\", \"mrope_section\": [1]} | rope_scaling: mrope_section is not supported: it is not known what it changes.",
                "rope_parameters | {\"partial_rotary_factor\": 0.5} | rope_parameters: partial_rotary_factor = 0.5 is not supported",
                "rope_scaling | {\"type\": \"linear\"} | config.json, rope_scaling: expected factor to be a positive number, found nothing.",
                "rope_scaling | \"linear\" | expected rope_scaling to be an object, found \"linear\".",
                "partial_rotary_factor | 0.5 | partial_rotary_factor = 0.5 is not supported",
                "quantization_config | {\"bits\": 4} | the weights are quantised (an unnamed method, 4 bits in quantization_config), which is not supported: export the unquantised checkpoint.",
                "num_hidden_layers | -3 | expected num_hidden_layers to be a positive integer, found -3.",
                "hidden_size | 64.5 | expected hidden_size to be a positive integer, found 64.5.",
                "vocab_size | null | expected vocab_size to be a positive integer, found null.",
                "rms_norm_eps | 0 | expected rms_norm_eps to be a positive number, found 0.",
                "tie_word_embeddings | 1 | expected tie_word_embeddings to be true or false, found 1.",
                "num_key_value_heads | 3 | num_attention_heads 4 is not a multiple of num_key_value_heads 3.",
                "head_dim | 15 | head_dim 15 is not supported: rotary embedding needs an even number.",
                "embedding_multiplier | 12 | embedding_multiplier = 12 is not supported for this architecture (only 1.0 is).",
                "attn_logit_softcapping | 50 | attn_logit_softcapping is not supported: this architecture does not have it.",
                "sliding_window | 100 | sliding_window is not supported: this architecture does not have it.",
                "use_bidirectional_attention | true | use_bidirectional_attention is not supported: it is not implemented.",
                "is_causal | false | is_causal false is not supported; supported: true.",
                "num_hidden_layers | 2 | has 9 tensors that this architecture has no place for, first 'model.layers.2.input_layernorm.weight'",
                "num_hidden_layers | 4 | has no tensor 'model.layers.3.input_layernorm.weight'",
                "vocab_size | 161 | vocab_size is 161, but the checkpoint's weights have 160"
            })
    void theConfigIsRefusedByKey(String key, String value, String message) throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("llama");
        checkpoint.config.set(key, new ObjectMapper().readTree(value));
        refused(checkpoint.save(directory.resolve("hf")), message);
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("llama");
        checkpoint.weights.remove("model.layers.1.mlp.up_proj.weight");
        refused(
                checkpoint.save(directory.resolve("hf")),
                "has no tensor 'model.layers.1.mlp.up_proj.weight' (it has 29 tensors in 1 files)");
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("llama");
        checkpoint.weights.put("model.norm.weight", new TestCheckpoint.Weight(new float[63], 63));
        String message = refused(checkpoint.save(directory.resolve("hf")), "'model.norm.weight'");
        assertTrue(message.contains("[63]") && message.contains("[64]"), message);
    }

    @Test
    void aTensorWithoutAPlaceIsNamed() throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("llama");
        checkpoint.weights.put("model.layers.0.self_attn.q_norm.weight", new TestCheckpoint.Weight(new float[16], 16));
        refused(
                checkpoint.save(directory.resolve("hf")),
                "has 1 tensors that this architecture has no place for, first 'model.layers.0.self_attn.q_norm.weight'");
    }

    @Test
    void storedRotaryFrequenciesAreNoObstacle() throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("llama");
        checkpoint.weights.put(
                "model.layers.0.self_attn.rotary_emb.inv_freq", new TestCheckpoint.Weight(new float[8], 8));
        CheckpointExporter.export(
                checkpoint.save(directory.resolve("hf")), directory.resolve("bundle"), ExportOptions.defaults());
        assertTrue(Files.isRegularFile(directory.resolve("bundle/steering.json")));
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").saveSharded(directory.resolve("hf"));
        Files.delete(checkpoint.resolve(TestCheckpoint.shardName(1)));
        refused(
                checkpoint,
                "names 3 files, of which 1 are missing: model-00002-of-00003.safetensors. Was the download interrupted?");
    }

    @Test
    void anIndexMayNotLeaveTheCheckpoint() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"));
        Files.copy(checkpoint.resolve("model.safetensors"), directory.resolve("elsewhere.safetensors"));
        Files.writeString(
                checkpoint.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {\"lm_head.weight\": \"../elsewhere.safetensors\"}}");
        refused(checkpoint, "names a weight file outside the checkpoint: '../elsewhere.safetensors'");
    }

    @Test
    void anIndexNeedsAMap() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"));
        Files.writeString(checkpoint.resolve("model.safetensors.index.json"), "{}");
        refused(checkpoint, "has no weight_map");
    }

    @Test
    void aDirectoryWithoutConfigIsNoCheckpoint() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"));
        Files.delete(checkpoint.resolve("config.json"));
        refused(checkpoint, "has weights (safetensors), but no config.json");
    }

    @Test
    void aConfigMustBeJson() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"));
        Files.writeString(checkpoint.resolve("config.json"), "{\"hidden_size\": ");
        refused(checkpoint, "config.json is not valid JSON");
        Files.writeString(checkpoint.resolve("config.json"), "[]");
        refused(checkpoint, "config.json is not a JSON object");
    }

    @Test
    void aCheckpointMustHaveWeights() throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"));
        Files.delete(checkpoint.resolve("model.safetensors"));
        refused(checkpoint, "has a config.json, but no weights");
    }

    @Test
    void aCheckpointMustExist() {
        refused(directory.resolve("nowhere"), "there is no such directory");
    }

    @Test
    void aDirectoryThatIsNoBundleIsLeftAlone() throws IOException {
        Path target = Files.createDirectories(directory.resolve("bundle"));
        Files.writeString(target.resolve("thesis.txt"), "years of work");
        refused(TestCheckpoint.path("llama"), "it exists and is not a bundle");
        assertEquals(Map.of("thesis.txt", "years of work"), contents(target));
    }

    @Test
    void aFileInThePlaceOfTheBundleIsLeftAlone() throws IOException {
        Files.writeString(directory.resolve("bundle"), "years of work");
        refused(TestCheckpoint.path("llama"), "it is a file, expected a directory");
        assertEquals("years of work", Files.readString(directory.resolve("bundle")));
    }

    @Test
    void aFileInThePlaceOfTheParentIsLeftAlone() throws IOException {
        Path parent = Files.writeString(directory.resolve("parent"), "years of work");
        SteeringException e = assertThrows(
                SteeringException.class,
                () -> CheckpointExporter.export(
                        TestCheckpoint.path("llama"), parent.resolve("bundle"), ExportOptions.defaults()));
        assertTrue(e.getMessage().contains(parent + " is a file. Choose another place."), e.getMessage());
        assertEquals("years of work", Files.readString(parent));
    }

    @Test
    void anOlderBundleIsReplaced() throws IOException {
        Path target = directory.resolve("bundle");
        CheckpointExporter.export(TestCheckpoint.path("llama3-rope"), target, ExportOptions.defaults());
        Files.writeString(target.resolve("left-over.onnx"), "old");
        CheckpointExporter.export(TestCheckpoint.path("llama"), target, ExportOptions.defaults());
        assertTrue(contents(target).get("steering.json").contains("\"name\" : \"llama\""));
        assertFalse(Files.exists(target.resolve("left-over.onnx")));
        assertOnlyBundleIn(directory);
    }

    @Test
    void aFailureInTheMiddleLeavesTheOlderBundle() throws IOException {
        Path target = directory.resolve("bundle");
        CheckpointExporter.export(TestCheckpoint.path("llama"), target, ExportOptions.defaults());
        Map<String, String> before = contents(target);
        TestCheckpoint broken = TestCheckpoint.load("llama");
        broken.weights.remove("model.layers.2.mlp.down_proj.weight");
        refused(broken.save(directory.resolve("hf")), "has no tensor 'model.layers.2.mlp.down_proj.weight'");
        assertEquals(before, contents(target));
        assertOnlyBundleIn(directory);
    }

    private void assertOnlyBundleIn(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            assertEquals(
                    0,
                    files.filter(file -> !file.endsWith("bundle") && !file.endsWith("hf"))
                            .count(),
                    "temporary directories are left");
        }
    }

    private String refused(Path checkpoint, String message) {
        SteeringException e = assertThrows(
                SteeringException.class,
                () -> CheckpointExporter.export(checkpoint, directory.resolve("bundle"), ExportOptions.defaults()));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        return e.getMessage();
    }

    private static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(
                        String.valueOf(file.getFileName()),
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }
}
