package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.bundle.Bundle;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of the shape of Qwen3-30B-A3B, 61 GB of holes in sparse files, exports with a heap of 128 MB. */
@Tag("slow")
class SparseMixtureTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LAYERS = 48;
    private static final int EXPERTS = 128;
    private static final int SHARDS = 16;
    private static final long HIDDEN = 2048;
    private static final long INNER = 768;
    private static final long VOCABULARY = 151936;

    @TempDir
    private Path directory;

    /** What the forked process runs. */
    public static void main(String[] args) {
        CheckpointExporter.export(Path.of(args[0]), Path.of(args[1]), ExportOptions.defaults());
    }

    @Test
    void memoryDoesNotDependOnTheCheckpointsSize() throws IOException, InterruptedException {
        Path checkpoint = Files.createDirectory(directory.resolve("checkpoint"));
        Path bundle = directory.resolve("bundle");
        long bytes = write(checkpoint);
        assertTrue(bytes > 60_000_000_000L, () -> bytes + " bytes");
        Process export = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SparseMixtureTest.class.getName(),
                        checkpoint.toString(),
                        bundle.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        assertTrue(export.waitFor(10, TimeUnit.MINUTES));
        assertEquals(0, export.exitValue(), () -> read(directory.resolve("log")));
        assertEquals(LAYERS, Bundle.open(bundle).manifest().layers());
        for (int shard = 0; shard < SHARDS; shard++) {
            Object original = Files.getAttribute(checkpoint.resolve(name(shard)), "unix:ino");
            assertEquals(original, Files.getAttribute(bundle.resolve(name(shard)), "unix:ino"), "weights are linked");
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String name(int shard) {
        return "model-%05d-of-%05d.safetensors".formatted(shard + 1, SHARDS);
    }

    private static Map<String, List<Long>> tensors() {
        Map<String, List<Long>> tensors = new LinkedHashMap<>();
        tensors.put("model.embed_tokens.weight", List.of(VOCABULARY, HIDDEN));
        tensors.put("lm_head.weight", List.of(VOCABULARY, HIDDEN));
        tensors.put("model.norm.weight", List.of(HIDDEN));
        for (int l = 0; l < LAYERS; l++) {
            String layer = "model.layers." + l + ".";
            tensors.put(layer + "input_layernorm.weight", List.of(HIDDEN));
            tensors.put(layer + "post_attention_layernorm.weight", List.of(HIDDEN));
            tensors.put(layer + "self_attn.q_proj.weight", List.of(4096L, HIDDEN));
            tensors.put(layer + "self_attn.k_proj.weight", List.of(512L, HIDDEN));
            tensors.put(layer + "self_attn.v_proj.weight", List.of(512L, HIDDEN));
            tensors.put(layer + "self_attn.o_proj.weight", List.of(HIDDEN, 4096L));
            tensors.put(layer + "self_attn.q_norm.weight", List.of(128L));
            tensors.put(layer + "self_attn.k_norm.weight", List.of(128L));
            tensors.put(layer + "mlp.gate.weight", List.of((long) EXPERTS, HIDDEN));
            for (int e = 0; e < EXPERTS; e++) {
                String expert = layer + "mlp.experts." + e + ".";
                tensors.put(expert + "gate_proj.weight", List.of(INNER, HIDDEN));
                tensors.put(expert + "up_proj.weight", List.of(INNER, HIDDEN));
                tensors.put(expert + "down_proj.weight", List.of(HIDDEN, INNER));
            }
        }
        return tensors;
    }

    /** Headers, and no data: what is not written reads as zeros and takes no room. */
    private static long write(Path checkpoint) throws IOException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "qwen3_moe");
        config.put("hidden_size", HIDDEN);
        config.put("intermediate_size", 6144);
        config.put("moe_intermediate_size", INNER);
        config.put("num_experts", EXPERTS);
        config.put("num_experts_per_tok", 8);
        config.put("norm_topk_prob", true);
        config.put("num_hidden_layers", LAYERS);
        config.put("num_attention_heads", 32);
        config.put("num_key_value_heads", 4);
        config.put("head_dim", 128);
        config.put("vocab_size", VOCABULARY);
        config.put("max_position_embeddings", 40960);
        config.put("rms_norm_eps", 1e-6);
        config.put("rope_theta", 1_000_000);
        config.put("hidden_act", "silu");
        config.put("tie_word_embeddings", false);
        JSON.writeValue(checkpoint.resolve("config.json").toFile(), config);
        List<Map.Entry<String, List<Long>>> tensors = new ArrayList<>(tensors().entrySet());
        int each = (tensors.size() + SHARDS - 1) / SHARDS;
        Map<String, String> files = new LinkedHashMap<>();
        long total = 0;
        for (int shard = 0; shard < SHARDS; shard++) {
            Map<String, Object> header = new LinkedHashMap<>();
            long end = 0;
            for (var tensor : tensors.subList(shard * each, Math.min((shard + 1) * each, tensors.size()))) {
                long size = tensor.getValue().stream().reduce(2L, (a, b) -> a * b);
                header.put(
                        tensor.getKey(),
                        Map.of("dtype", "BF16", "shape", tensor.getValue(), "data_offsets", List.of(end, end + size)));
                end += size;
                files.put(tensor.getKey(), name(shard));
            }
            byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
            try (RandomAccessFile file =
                    new RandomAccessFile(checkpoint.resolve(name(shard)).toFile(), "rw")) {
                file.write(ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .array());
                file.write(json);
                file.setLength(Long.BYTES + json.length + end);
            }
            total += end;
        }
        JSON.writeValue(
                checkpoint.resolve("model.safetensors.index.json").toFile(),
                Map.of("metadata", Map.of(), "weight_map", files));
        return total;
    }
}
