package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.DeltaRule;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Mixer;
import dev.steering.export.decoder.DecoderSpec.ShortConvolution;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Models some of whose layers have no softmax attention: Qwen 3.5 (gated delta rule) and LFM2 (short convolutions). Their states are no
 * keys and values that a cache could cut, so these bundles have none: every token runs the whole row again, exact and slow.
 */
final class HybridConfig {
    private static final Map<String, ?> QWEN = Map.ofEntries(
            Map.entry("hidden_act", "silu"),
            Map.entry("rms_norm_eps", 1e-6),
            Map.entry("max_position_embeddings", 32768),
            Map.entry("num_key_value_heads", 4),
            Map.entry("head_dim", 256),
            Map.entry("partial_rotary_factor", 0.25),
            Map.entry("full_attention_interval", 4),
            Map.entry("linear_conv_kernel_dim", 4),
            Map.entry("linear_key_head_dim", 128),
            Map.entry("linear_value_head_dim", 128),
            Map.entry("linear_num_key_heads", 16),
            Map.entry("linear_num_value_heads", 32));
    private static final Map<String, ?> LFM2 = Map.of(
            "norm_eps", 1e-5,
            "max_position_embeddings", 128000,
            "num_key_value_heads", 8,
            "tie_word_embeddings", true,
            "conv_L_cache", 3,
            "block_multiple_of", 256,
            "block_ffn_dim_multiplier", 1.0);
    private static final String TYPES = "layer_types";
    private static final String FULL = "full_attention";

    private HybridConfig() {}

    static DecoderSpec readQwenText(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(QWEN);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("partial_rotary_factor"));
        builder.biases(false);
        builder.normOffset(1);
        builder.headNorm(HeadNorm.EACH_HEAD);
        builder.gated(true);
        builder.rotary(RotaryConfig.readMultimodal(builder));
        builder.deltaRule(new DeltaRule(
                config.positive("linear_num_key_heads"),
                config.positive("linear_num_value_heads"),
                config.positive("linear_key_head_dim"),
                config.positive("linear_value_head_dim"),
                config.positive("linear_conv_kernel_dim")));
        builder.otherParts(List.of("mtp."));
        int every = config.positive("full_attention_interval");
        List<String> types = types(config, builder.layers(), "linear_attention", every);
        builder.mixer(Mixer.DELTA_RULE, layer -> !types.get(layer).equals(FULL));
        return builder.build("qwen3_5_text");
    }

    static DecoderSpec readQwen(ConfigReader whole, TensorPrefix tensors) {
        whole.refuseQuantization();
        return readQwenText(
                whole.object("text_config").withDefaults(Wrappers.tied(whole)), tensors.besides(Wrappers.OTHER_PARTS));
    }

    static DecoderSpec readLfm2(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(LFM2);
        SpecBuilder builder =
                new SpecBuilder(config.with(Map.of("intermediate_size", width(config))), tensors, Set.of());
        builder.epsilonKey("norm_eps");
        builder.activation("silu");
        builder.headNorm(HeadNorm.EACH_HEAD);
        builder.rotary(RotaryConfig.read(builder));
        builder.convolution(new ShortConvolution(config.positive("conv_L_cache"), config.flag("conv_bias", false)));
        builder.rename(Part.ATTENTION_NORM, "operator_norm");
        builder.rename(Part.MLP_NORM, "ffn_norm");
        builder.rename(Part.FINAL_NORM, "embedding_norm");
        builder.rename(Part.QUERY_NORM, "self_attn.q_layernorm");
        builder.rename(Part.KEY_NORM, "self_attn.k_layernorm");
        builder.rename(Part.OUTPUT, "self_attn.out_proj");
        builder.rename(Part.GATE, "feed_forward.w1");
        builder.rename(Part.UP, "feed_forward.w3");
        builder.rename(Part.DOWN, "feed_forward.w2");
        List<String> full = config.texts("full_attn_idxs");
        List<String> types = config.has(TYPES) ? types(config, builder.layers(), "conv", 1) : List.of();
        builder.mixer(
                Mixer.CONVOLUTION,
                layer -> types.isEmpty()
                        ? !full.isEmpty() && !full.contains(Integer.toString(layer))
                        : !types.get(layer).equals(FULL));
        return builder.build("lfm2");
    }

    /** Two thirds of what the config says, times a factor, rounded up. */
    private static int width(ConfigReader config) {
        int said = config.positive("block_ff_dim", config.positive("intermediate_size", 12288));
        if (!config.flag("block_auto_adjust_ff_dim", true)) {
            return said;
        }
        int width = 2 * said / 3;
        if (config.has("block_ffn_dim_multiplier")) {
            int multiple = config.positive("block_multiple_of");
            width = (int) (config.positiveNumber("block_ffn_dim_multiplier") * width);
            width = multiple * ((width + multiple - 1) / multiple);
        }
        return width;
    }

    private static List<String> types(ConfigReader config, int layers, String other, int every) {
        if (!config.has(TYPES)) {
            List<String> types = new ArrayList<>();
            for (int l = 0; l < layers; l++) {
                types.add((l + 1) % every == 0 ? FULL : other);
            }
            return types;
        }
        List<String> types = config.texts(TYPES, layers);
        for (String type : types) {
            if (!type.equals(FULL) && !type.equals(other)) {
                throw config.error(
                        TYPES + " \"" + type + "\" is not supported; supported: " + FULL + ", " + other + ".");
            }
        }
        return types;
    }
}
