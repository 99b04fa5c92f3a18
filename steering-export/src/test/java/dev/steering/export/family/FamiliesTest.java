package dev.steering.export.family;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.SteeringException;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.Activation;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What configs mean that leave out, or contradict, what the golden checkpoints say. */
class FamiliesTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mistral | {} | [8, 8, 8]",
                "mistral | {\"sliding_window\": null} | [0, 0, 0]",
                "mistral | {\"-\": \"sliding_window\"} | [4096, 4096, 4096]",
                "qwen2 | {\"sliding_window\": 5} | [0, 0, 0]",
                "qwen2 | {\"-\": \"layer_types\", \"sliding_window\": 5, \"use_sliding_window\": true, \"max_window_layers\": 1} | [0, 5, 5]",
                "qwen3 | {\"layer_types\": null, \"sliding_window\": 5, \"use_sliding_window\": true} | [0, 0, 0]",
                "gemma2 | {\"-\": \"layer_types\"} | [8, 0, 8]",
                "gemma2 | {\"layer_types\": [\"full_attention\", \"sliding_attention\", \"full_attention\"]} | [0, 8, 0]",
                "gemma3 | {\"-\": \"layer_types\"} | [8, 8, 8, 8, 8, 0, 8]",
                "gemma3 | {\"-\": \"layer_types\", \"sliding_window_pattern\": 3} | [8, 8, 0, 8, 8, 0, 8]",
                "phi3 | {} | [0, 0, 0]",
                "phi3 | {\"sliding_window\": 7} | [7, 7, 7]",
                "smollm3 | {\"use_sliding_window\": true, \"sliding_window\": 6, \"layer_types\": null} | [0, 6, 0]"
            })
    void windows(String checkpoint, String changes, String expected) throws IOException {
        List<Layer> layers = read(checkpoint, changes).layers();
        assertEquals(expected, layers.stream().map(Layer::window).toList().toString());
    }

    /** Beyond it a chunk is not the whole text, and another graph would be needed. */
    @Test
    void llama4EndsWithItsFirstChunk() throws IOException {
        assertEquals(32, read("llama4", "{\"attention_chunk_size\": 32}").context());
        assertEquals(128, read("llama4", "{\"attention_chunk_size\": 1000}").context());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mistral | {\"layer_types\": [\"sliding_attention\", \"full_attention\", \"full_attention\"]} | layer_types that differ from sliding_window are not supported for mistral",
                "qwen2 | {\"layer_types\": [\"full_attention\", \"sliding_attention\", \"full_attention\"]} | layer_types has sliding_attention, but there is no sliding_window in use",
                "qwen3 | {\"layer_types\": [\"full_attention\", \"chunked_attention\", \"full_attention\"]} | layer_types \"chunked_attention\" is not supported; supported: full_attention, sliding_attention.",
                "qwen3 | {\"layer_types\": [\"full_attention\"]} | expected layer_types to be a list of 3 entries, found a list of 1.",
                "gemma2 | {\"sliding_window\": null} | layer_types has sliding_attention, but there is no sliding_window in use",
                "gemma | {\"hidden_act\": \"silu\", \"hidden_activation\": \"gelu_pytorch_tanh\"} | hidden_act \"silu\" and hidden_activation \"gelu_pytorch_tanh\" contradict each other",
                "gemma3 | {\"use_bidirectional_attention\": true} | use_bidirectional_attention is not supported",
                "gemma3 | {\"rope_parameters\": {\"rope_type\": \"default\"}} | rope_type is not supported here; expected full_attention and sliding_attention objects.",
                "phi3 | {\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}} | type \"linear\" is not supported; supported: default, longrope, su, yarn.",
                "phi3 | {\"rope_scaling\": {\"type\": \"longrope\", \"short_mscale\": 1.1}} | short_mscale is not supported: it is not known what it changes.",
                "phi3 | {\"rope_scaling\": {\"type\": \"su\", \"short_factor\": [1, 1, 1, 1, 1, 1, 1, 0]}} | expected short_factor to be a list of 8 positive numbers, found 0.",
                "phi3 | {\"lm_head_bias\": true} | lm_head_bias is not supported: it is not implemented.",
                "llama | {\"rope_interleaved\": true} | rope_interleaved is not supported: it is not implemented.",
                "granite | {\"logits_scaling\": 0} | expected logits_scaling to be a positive number, found 0.",
                "granite | {\"sliding_window\": 16} | sliding_window is not supported: this architecture does not have it.",
                "smollm3 | {\"no_rope_layers\": [1]} | expected no_rope_layers to be a list of 3 entries, found a list of 1.",
                "qwen2 | {\"partial_rotary_factor\": 0.5} | partial_rotary_factor = 0.5 is not supported for this architecture",
                "qwen3 | {\"tie_word_embeddings\": true} | has a vocabulary head 'lm_head.weight' that differs from its embedding, but config.json ties them",
                "gemma | {\"tie_word_embeddings\": false} | has no lm_head.weight, and tie_word_embeddings in config.json does not say",
                "gemma3n-b | {\"altup_active_idx\": 4} | altup_active_idx 4 is none of the 4 streams.",
                "gemma3n-b | {\"activation_sparsity_pattern\": [0.5, 1, 0, 0, 0]} | activation_sparsity_pattern [0.5,1,0,0,0] is not supported; supported: numbers from 0 to below 1.",
                "gemma3n-b | {\"intermediate_size\": [48, 40]} | expected intermediate_size to be a list of 5 positive numbers, found a list of 2.",
                "granite4 | {\"layer_types\": [\"mamba\", \"attention\", \"chunked\"]} | layer_types \"chunked\" is not supported; supported: attention, mamba (full_attention, linear_attention).",
                "falcon_h1 | {\"mamba_n_heads\": 5} | mamba_n_heads 5 and mamba_n_groups 2 do not divide a state space of 48 components.",
                "falcon_h1 | {\"ssm_multipliers\": [1, 2]} | expected ssm_multipliers to be a list of 5 positive numbers, found a list of 2.",
                "qwen3_next-c | {\"layer_types\": [\"linear_attention\", \"x\", \"full_attention\"]} | layer_types \"x\" is not supported; supported: full_attention, linear_attention.",
                "llama4 | {\"no_rope_layers\": [1, 1]} | expected no_rope_layers to be a list of 4 entries, found a list of 2.",
                "lfm2_moe | {\"num_experts_per_tok\": 9} | a token cannot use 9 of 4 experts.",
                "qwen2 | {\"model_type\": \"llama\"} | tensors that this architecture has no place for, first 'model.layers.0.self_attn.k_proj.bias'",
                "llama | {\"attention_bias\": true} | has no tensor 'model.layers.0.self_attn.q_proj.bias'"
            })
    void refusals(String checkpoint, String changes, String message) throws IOException {
        Path changed = changed(checkpoint, changes);
        SteeringException e = assertThrows(
                SteeringException.class,
                () -> CheckpointExporter.export(changed, directory.resolve("bundle"), ExportOptions.defaults()));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void gemmasFirstCheckpointsMeanTheApproximation() throws IOException {
        DecoderSpec spec = read("gemma", "{\"hidden_act\": \"gelu\", \"hidden_activation\": null}");
        assertEquals(Activation.GELU_TANH, spec.mlp().activation());
        assertEquals(
                Activation.GELU,
                read("gemma2", "{\"hidden_activation\": \"gelu\"}").mlp().activation());
    }

    @Test
    void absentSoftcapsAreGemmasDefaultsAndNullMeansNone() throws IOException {
        DecoderSpec absent = read("gemma2", "{\"-\": \"attn_logit_softcapping\"}");
        assertEquals(50, absent.attention().softcap());
        DecoderSpec none = read("gemma2", "{\"attn_logit_softcapping\": null, \"final_logit_softcapping\": null}");
        assertEquals(0, none.attention().softcap());
        assertEquals(0, none.multipliers().logitsSoftcap());
    }

    @Test
    void aStoredHeadThatIsTheEmbeddingMayBeTied() throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("qwen2");
        checkpoint.weights.put("lm_head.weight", checkpoint.weights.get("model.embed_tokens.weight"));
        Path saved = checkpoint.save(directory.resolve("hf"));
        assertTrue(Families.read(Checkpoint.open(saved)).names().tied());
        CheckpointExporter.export(saved, directory.resolve("bundle"), ExportOptions.defaults());
    }

    @Test
    void aConfigOfTransformers5MeansTheSameAsAnOlderOne() throws IOException {
        DecoderSpec older = read("gemma3", "{}");
        DecoderSpec newer = read(
                "gemma3",
                "{\"-\": \"rope_theta\", \"rope_local_base_freq\": null, \"rope_parameters\": {\"full_attention\":"
                        + " {\"rope_type\": \"default\", \"rope_theta\": 1000000.0},"
                        + " \"sliding_attention\": {\"rope_theta\": 10000.0}}}");
        for (int i = 0; i < 2; i++) {
            assertTrue(older.rotaries()
                    .get(i)
                    .first()
                    .sameAs(newer.rotaries().get(i).first()));
        }
        assertEquals(
                List.of(1, 1, 1, 1, 1, 0, 1),
                newer.layers().stream().map(Layer::rotary).toList());
    }

    private DecoderSpec read(String checkpoint, String changes) throws IOException {
        return Families.read(Checkpoint.open(changed(checkpoint, changes)));
    }

    /** The checkpoint with other config keys; the one named by "-" is removed. */
    private Path changed(String checkpoint, String changes) throws IOException {
        Path target = Files.createDirectories(directory.resolve("hf"));
        Path source = TestCheckpoint.path(checkpoint);
        Files.copy(source.resolve("model.safetensors"), target.resolve("model.safetensors"), REPLACE_EXISTING);
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode config = (ObjectNode) mapper.readTree(Files.readString(source.resolve("config.json")));
        mapper.readTree(changes).properties().forEach(e -> {
            if (e.getKey().equals("-")) {
                config.remove(e.getValue().asText());
            } else {
                config.set(e.getKey(), e.getValue());
            }
        });
        Files.writeString(target.resolve("config.json"), config.toString());
        return target;
    }
}
