package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Llama 2 and 3.x, and what shares their architecture: TinyLlama, Vicuna, SmolLM 1 and 2. */
final class LlamaConfig {
    private static final Map<String, ?> DEFAULTS =
            Map.of("hidden_act", "silu", "rms_norm_eps", 1e-6, "max_position_embeddings", 2048);

    private LlamaConfig() {}

    static DecoderSpec read(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(config.withDefaults(DEFAULTS), tensors, Set.of());
        builder.noWindow();
        builder.biases(true);
        builder.rotaries(List.of(RotaryConfig.read(builder)));
        return builder.build("llama");
    }
}
