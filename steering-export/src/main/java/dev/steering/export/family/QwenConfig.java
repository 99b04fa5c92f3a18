package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Qwen2, 2.5 (always with biases on queries, keys and values) and Qwen3 (with norms of every query and key head). The sliding
 * window counts only if {@code use_sliding_window} says so, and then from layer {@code max_window_layers} on.
 */
final class QwenConfig {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-6,
            "max_position_embeddings", 32768,
            "num_key_value_heads", 32,
            "sliding_window", 4096,
            "max_window_layers", 28);

    private QwenConfig() {}

    static DecoderSpec readQwen2(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = read(raw.withDefaults(DEFAULTS), tensors);
        builder.inputBias = true;
        return builder.build("qwen2");
    }

    static DecoderSpec readQwen3(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = read(raw.withDefaults(DEFAULTS).withDefaults(Map.of("head_dim", 128)), tensors);
        builder.biases(false);
        builder.headNorm = true;
        return builder.build("qwen3");
    }

    private static SpecBuilder read(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        boolean used = config.flag("use_sliding_window", false) && config.has("sliding_window");
        double full = config.nonNegative("max_window_layers", 28);
        builder.windows(
                LayerTypes.read(config, builder.layers, layer -> used && layer >= full),
                used ? config.positive("sliding_window") : 0);
        builder.rotaries = List.of(RotaryConfig.read(builder));
        return builder;
    }
}
