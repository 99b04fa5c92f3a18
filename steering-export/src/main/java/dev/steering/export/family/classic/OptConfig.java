package dev.steering.export.family.classic;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.LearnedPositions;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.Map;
import java.util.Set;

/** OPT: learned positions, whose table begins with two rows that no token has, and an MLP beside no block of its own name. */
public final class OptConfig {
    private static final int OFFSET = 2;
    private static final Map<String, ?> DEFAULTS = Map.of(
            "activation_function",
            "relu",
            "max_position_embeddings",
            2048,
            "layer_norm_eps",
            1e-5,
            "enable_bias",
            true,
            "tie_word_embeddings",
            true);

    private OptConfig() {}

    public static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS);
        refuse(config);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.activation(config.text("activation_function", "relu"));
        builder.layerNorms("layer_norm_eps", true);
        boolean biases = config.flag("enable_bias", true);
        builder.inputBias(biases);
        builder.outputBias(biases);
        builder.mlpBias(biases);
        builder.mlpWidth("ffn_dim");
        builder.plainMlp("fc1", "fc2");
        builder.noRotary();
        builder.positions(new LearnedPositions(builder.context() + OFFSET, OFFSET));
        builder.rename(Part.ATTENTION_NORM, "self_attn_layer_norm");
        builder.rename(Part.MLP_NORM, "final_layer_norm");
        builder.rename(Part.FINAL_NORM, "final_layer_norm");
        builder.rename(Part.OUTPUT, "self_attn.out_proj");
        return builder.build("opt");
    }

    private static void refuse(ConfigReader config) {
        if (!config.flag("do_layer_norm_before", true)) {
            throw config.error(
                    "do_layer_norm_before = false is not supported: its norms stand behind the sums (OPT-350m).");
        }
        config.refuse("_remove_final_layer_norm", "without it the last layer's output is the head's input.");
        if (!config.flag("layer_norm_elementwise_affine", true)) {
            throw config.unsupported("layer_norm_elementwise_affine", "true");
        }
        int width = config.positive("word_embed_proj_dim", config.positive("hidden_size"));
        if (width != config.positive("hidden_size")) {
            throw config.error("word_embed_proj_dim " + width + " is not supported: the embedding would be projected.");
        }
    }
}
