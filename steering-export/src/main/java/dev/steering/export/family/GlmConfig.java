package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.Map;
import java.util.Set;

/** GLM (the 4-9b of 2024) and GLM 4 (0414): half of every head is turned, by neighbours; GLM 4 norms what its blocks return, too. */
final class GlmConfig {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act",
            "silu",
            "rms_norm_eps",
            1.5625e-7,
            "max_position_embeddings",
            131072,
            "num_key_value_heads",
            2,
            "head_dim",
            128,
            "attention_bias",
            true,
            "partial_rotary_factor",
            0.5);

    private GlmConfig() {}

    static DecoderSpec readGlm(ConfigReader raw, TensorPrefix tensors) {
        return common(raw, tensors).build("glm");
    }

    static DecoderSpec readGlm4(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = common(raw, tensors);
        builder.flow(Flow.SANDWICH);
        builder.rename(Part.ATTENTION_POST_NORM, "post_self_attn_layernorm");
        builder.rename(Part.MLP_POST_NORM, "post_mlp_layernorm");
        return builder.build("glm4");
    }

    private static SpecBuilder common(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("partial_rotary_factor"));
        builder.noWindow();
        builder.inputBias(config.flag("attention_bias", true));
        builder.packedGate(true);
        builder.interleaved(true);
        builder.rotary(RotaryConfig.readPartial(builder));
        return builder;
    }
}
