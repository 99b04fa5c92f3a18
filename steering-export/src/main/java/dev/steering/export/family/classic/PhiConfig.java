package dev.steering.export.family.classic;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.Map;
import java.util.Set;

/** Phi-1, 1.5 and 2: attention and MLP read one layer norm, everything has a bias, a part of every head is turned. */
public final class PhiConfig {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act",
            "gelu_new",
            "layer_norm_eps",
            1e-5,
            "max_position_embeddings",
            2048,
            "partial_rotary_factor",
            0.5);

    private PhiConfig() {}

    public static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("partial_rotary_factor", "qk_layernorm"));
        config.refuse("qk_layernorm", "its norms are not implemented.");
        builder.flow(Flow.PARALLEL);
        builder.layerNorms("layer_norm_eps", true);
        builder.inputBias(true);
        builder.outputBias(true);
        builder.mlpBias(true);
        builder.headBias(true);
        builder.plainMlp("mlp.fc1", "mlp.fc2");
        builder.rename(Part.OUTPUT, "self_attn.dense");
        builder.rename(Part.FINAL_NORM, "final_layernorm");
        builder.rotary(RotaryConfig.readPartial(builder));
        return builder.build("phi");
    }
}
