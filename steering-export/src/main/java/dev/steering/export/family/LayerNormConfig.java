package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.Map;
import java.util.Set;

/** Families with Llama's names and layer norms in the place of RMS norms: StableLM, StarCoder 2, Nemotron. */
final class LayerNormConfig {
    private static final Map<String, ?> STABLE = Map.of(
            "hidden_act",
            "silu",
            "layer_norm_eps",
            1e-5,
            "max_position_embeddings",
            4096,
            "num_key_value_heads",
            32,
            "partial_rotary_factor",
            0.25);
    private static final Map<String, ?> STAR = Map.of(
            "hidden_act",
            "gelu_pytorch_tanh",
            "norm_epsilon",
            1e-5,
            "max_position_embeddings",
            4096,
            "num_key_value_heads",
            2,
            "use_bias",
            true,
            "tie_word_embeddings",
            true);
    private static final Map<String, ?> NEMOTRON = Map.of(
            "hidden_act", "relu2", "norm_eps", 1e-5, "max_position_embeddings", 4096, "partial_rotary_factor", 0.5);

    private LayerNormConfig() {}

    static DecoderSpec readStableLm(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(STABLE);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("partial_rotary_factor", "qk_layernorm"));
        config.refuse("qk_layernorm", "its norms have a weight for every head.");
        builder.noWindow();
        builder.layerNorms("layer_norm_eps", true);
        builder.inputBias(config.flag("use_qkv_bias", false));
        builder.flow(config.flag("use_parallel_residual", false) ? Flow.PARALLEL : Flow.PRE_NORM);
        builder.rotary(RotaryConfig.readPartial(builder));
        return builder.build("stablelm");
    }

    static DecoderSpec readStarcoder2(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(STAR);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.layerNorms("norm_epsilon", true);
        boolean biases = config.flag("use_bias", true);
        builder.inputBias(biases);
        builder.outputBias(biases);
        builder.mlpBias(biases);
        builder.plainMlp("mlp.c_fc", "mlp.c_proj");
        builder.window(config.has("sliding_window") ? config.positive("sliding_window") : 0);
        builder.rotary(RotaryConfig.read(builder));
        return builder.build("starcoder2");
    }

    static DecoderSpec readNemotron(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(raw.withDefaults(NEMOTRON), tensors, Set.of("partial_rotary_factor"));
        builder.noWindow();
        builder.layerNorms("norm_eps", true);
        builder.normOffset(1);
        builder.biases(true);
        builder.gateless(true);
        builder.rotary(RotaryConfig.readPartial(builder));
        return builder.build("nemotron");
    }
}
