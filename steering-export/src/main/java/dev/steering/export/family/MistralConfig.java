package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Mistral: Llama with one sliding window for all layers, which is 4096 where the config is silent and none where it is null. */
final class MistralConfig {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-6,
            "max_position_embeddings", 131072,
            "num_key_value_heads", 8,
            "sliding_window", 4096);

    private MistralConfig() {}

    static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        int window = config.has("sliding_window") ? config.positive("sliding_window") : 0;
        LayerTypes types = LayerTypes.read(config, builder.layers(), layer -> window > 0);
        if (window > 0 ? !types.allSliding() : types.anySliding()) {
            throw config.error(
                    "layer_types that differ from sliding_window are not supported for mistral: the reference"
                            + " implementation has one window for all layers.");
        }
        builder.window(window);
        builder.rotaries(List.of(RotaryConfig.read(builder)));
        return builder.build("mistral");
    }
}
