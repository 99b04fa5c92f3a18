package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.Multipliers;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.Map;
import java.util.Set;

/**
 * Command R (Cohere) and Command R7B, A (Cohere 2): attention and MLP read one layer norm, neighbours are turned, logits are scaled.
 * In Cohere 2 the layers without window do not know positions.
 */
final class CohereConfig {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act",
            "silu",
            "layer_norm_eps",
            1e-5,
            "max_position_embeddings",
            8192,
            "logit_scale",
            0.0625,
            "tie_word_embeddings",
            true);
    private static final Map<String, ?> DEFAULTS_2 = Map.of("sliding_window", 4096, "sliding_window_pattern", 4);

    private CohereConfig() {}

    static DecoderSpec readCohere(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(Map.of("rope_theta", 500_000));
        SpecBuilder builder = common(config, tensors);
        config.refuse("use_qk_norm", "its norms have a weight for every component of every head.");
        builder.noWindow();
        return builder.build("cohere");
    }

    static DecoderSpec readCohere2(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(DEFAULTS_2);
        SpecBuilder builder = common(config, tensors);
        int every = config.positive("sliding_window_pattern");
        LayerTypes types = LayerTypes.read(config, builder.layers(), layer -> (layer + 1) % every != 0);
        if (config.has("sliding_window")) {
            builder.windows(types, config.positive("sliding_window"));
            builder.rotaryInWindowsOnly();
        }
        return builder.build("cohere2");
    }

    private static SpecBuilder common(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("logit_scale", "use_qk_norm"));
        builder.biases(false);
        builder.flow(Flow.PARALLEL);
        builder.layerNorms("layer_norm_eps", false);
        builder.interleaved(true);
        builder.multipliers(new Multipliers(1, 1, 1 / config.positiveNumber("logit_scale"), 0));
        builder.rotary(RotaryConfig.read(builder));
        return builder;
    }
}
