package dev.steering.export.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.ExportSupport;
import dev.steering.export.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up a checkpoint from its headers. */
final class CheckpointInspector {
    private CheckpointInspector() {}

    static CheckpointInspection inspect(Checkpoint checkpoint) {
        Map<String, Long> byType = new TreeMap<>();
        List<CheckpointInspection.Shard> shards = new ArrayList<>();
        long bytes = 0;
        for (Path file : checkpoint.files()) {
            long inFile = 0;
            Map<String, TensorInfo> tensors = SafetensorsFile.open(file).tensors();
            for (TensorInfo tensor : tensors.values()) {
                byType.merge(tensor.dtype().name(), tensor.elements(), Long::sum);
                inFile += tensor.bytes();
            }
            shards.add(new CheckpointInspection.Shard(String.valueOf(file.getFileName()), tensors.size(), inFile));
            bytes += inFile;
        }
        long parameters = byType.values().stream().mapToLong(Long::longValue).sum();
        return new CheckpointInspection(
                checkpoint.directory(),
                config(checkpoint.config()),
                parameters,
                bytes,
                byType,
                shards,
                ExportSupport.refusal(checkpoint).orElse(null),
                PromptInspector.inspect(checkpoint.directory()));
    }

    /** Models with several parts keep the language model's sizes in text_config; GPT-2 has names of its own. */
    private static CheckpointInspection.Config config(JsonNode root) {
        JsonNode text = root.path("text_config").isObject() ? root.path("text_config") : root;
        JsonNode type = root.path("model_type");
        JsonNode architecture = root.path("architectures").path(0);
        return new CheckpointInspection.Config(
                type.isTextual() ? type.asText() : null,
                architecture.isTextual() ? architecture.asText() : null,
                number(text, "num_hidden_layers", "n_layer"),
                number(text, "hidden_size", "n_embd"),
                number(text, "num_attention_heads", "n_head"),
                number(text, "num_key_value_heads"),
                number(text, "head_dim"),
                number(text, "intermediate_size", "n_inner"),
                number(text, "vocab_size"),
                number(text, "max_position_embeddings", "n_positions"));
    }

    private static @Nullable Integer number(JsonNode config, String... keys) {
        for (String key : keys) {
            if (config.path(key).canConvertToInt() && config.path(key).isIntegralNumber()) {
                return config.path(key).asInt();
            }
        }
        return null;
    }
}
