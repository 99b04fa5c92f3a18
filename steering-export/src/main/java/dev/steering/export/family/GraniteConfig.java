package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Multipliers;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Granite 3: Llama with constants for embedding, attention scores, residual branches and logits. */
final class GraniteConfig {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-6,
            "max_position_embeddings", 2048,
            "embedding_multiplier", 1,
            "attention_multiplier", 1,
            "residual_multiplier", 1,
            "logits_scaling", 1);

    private GraniteConfig() {}

    static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        return common(raw, tensors).build("granite");
    }

    /** What Granite 3 and its mixtures of experts share. */
    static SpecBuilder common(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS);
        SpecBuilder builder = new SpecBuilder(
                config,
                tensors,
                Set.of("embedding_multiplier", "attention_multiplier", "residual_multiplier", "logits_scaling"));
        builder.noWindow();
        builder.biases(true);
        builder.scale(config.positiveNumber("attention_multiplier"));
        builder.multipliers(new Multipliers(
                config.positiveNumber("embedding_multiplier"),
                config.positiveNumber("residual_multiplier"),
                config.positiveNumber("logits_scaling"),
                0));
        builder.rotaries(List.of(RotaryConfig.read(builder)));
        return builder;
    }
}
