package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
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

    private static final Map<String, ?> WITH_IMAGES = Map.of(
            "rms_norm_eps", 1e-5,
            "num_key_value_heads", 8,
            "max_window_layers", 80,
            "rope_theta", 1_000_000);

    private static final Map<String, ?> THIRD_WITH_IMAGES = Map.of(
            "max_position_embeddings", 128000,
            "head_dim", 128,
            "rope_theta", 500_000);

    private QwenConfig() {}

    static DecoderSpec readQwen2(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = read(raw.withDefaults(DEFAULTS), tensors);
        builder.inputBias(true);
        return builder.build("qwen2");
    }

    static DecoderSpec readQwen3(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = read(raw.withDefaults(DEFAULTS).withDefaults(Map.of("head_dim", 128)), tensors);
        builder.biases(false);
        builder.headNorm(HeadNorm.EACH_HEAD);
        return builder.build("qwen3");
    }

    /** The text part of the models that also see images. */
    static DecoderSpec readMultimodal(ConfigReader raw, TensorPrefix tensors, boolean third) {
        ConfigReader config =
                raw.withDefaults(third ? THIRD_WITH_IMAGES : WITH_IMAGES).withDefaults(DEFAULTS);
        SpecBuilder builder = windowed(config, tensors);
        builder.rotary(RotaryConfig.readMultimodal(builder));
        if (third) {
            builder.biases(false);
            builder.headNorm(HeadNorm.EACH_HEAD);
            return builder.build("qwen3_vl");
        }
        builder.inputBias(true);
        return builder.build("qwen2_vl");
    }

    private static SpecBuilder read(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = windowed(config, tensors);
        builder.rotary(RotaryConfig.read(builder));
        return builder;
    }

    private static SpecBuilder windowed(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        boolean used = config.flag("use_sliding_window", false) && config.has("sliding_window");
        double full = config.nonNegative("max_window_layers", 28);
        builder.windows(
                LayerTypes.read(config, builder.layers(), layer -> used && layer >= full),
                used ? config.positive("sliding_window") : 0);
        return builder;
    }
}
