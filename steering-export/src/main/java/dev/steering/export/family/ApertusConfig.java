package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.Map;
import java.util.Set;

/** Apertus: normed queries and keys, and an MLP without a gate whose activation has two slopes of its own in every layer (xIELU). */
final class ApertusConfig {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act",
            "xielu",
            "rms_norm_eps",
            1e-5,
            "max_position_embeddings",
            65536,
            "attention_bias",
            false,
            "rope_theta",
            12_000_000);
    private static final Map<String, ?> ROTARY = Map.of(
            "rope_type", "llama3",
            "factor", 8.0,
            "original_max_position_embeddings", 8192,
            "low_freq_factor", 1.0,
            "high_freq_factor", 4.0);

    private ApertusConfig() {}

    static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        boolean said = raw.has("rope_parameters") || raw.has("rope_scaling");
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(said ? Map.of() : Map.of("rope_scaling", ROTARY));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.noWindow();
        builder.biases(false);
        builder.headNorm(HeadNorm.EACH_HEAD);
        builder.rotary(RotaryConfig.read(builder));
        builder.gateless(true);
        builder.rename(Part.ATTENTION_NORM, "attention_layernorm");
        builder.rename(Part.MLP_NORM, "feedforward_layernorm");
        return builder.build("apertus");
    }
}
