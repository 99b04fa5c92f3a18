package dev.steering.export.inspect;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A Hugging Face checkpoint.
 *
 * @param path its directory
 * @param config the sizes in its {@code config.json}
 * @param parameters numbers in all tensors
 * @param bytes bytes of all tensors
 * @param parametersByType numbers by element type, e.g. {@code BF16}
 * @param shards the weight files
 * @param exportRefusal why it cannot be exported; null if it can
 * @param prompts tokenizer and chat template
 */
public record CheckpointInspection(
        Path path,
        Config config,
        long parameters,
        long bytes,
        Map<String, Long> parametersByType,
        List<Shard> shards,
        @Nullable String exportRefusal,
        PromptFacts prompts)
        implements Inspection {
    public CheckpointInspection {
        parametersByType = Collections.unmodifiableMap(new TreeMap<>(parametersByType));
        shards = List.copyOf(shards);
    }

    @Override
    public String kind() {
        return "checkpoint";
    }

    /**
     * Sizes; null where the configuration does not say.
     *
     * @param modelType e.g. {@code llama}
     * @param architecture e.g. {@code LlamaForCausalLM}
     * @param layers decoder blocks
     * @param hidden width of the residual stream
     * @param heads query heads
     * @param kvHeads key/value heads
     * @param headDim size of a head
     * @param intermediate width of the MLP
     * @param vocabulary size of the vocabulary
     * @param context longest sequence
     */
    public record Config(
            @Nullable String modelType,
            @Nullable String architecture,
            @Nullable Integer layers,
            @Nullable Integer hidden,
            @Nullable Integer heads,
            @Nullable Integer kvHeads,
            @Nullable Integer headDim,
            @Nullable Integer intermediate,
            @Nullable Integer vocabulary,
            @Nullable Integer context) {}

    /**
     * A weight file.
     *
     * @param name file name
     * @param tensors how many it holds
     * @param bytes their data
     */
    public record Shard(String name, int tensors, long bytes) {}
}
