package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Choice;
import dev.steering.export.decoder.DecoderSpec.DeltaRule;
import dev.steering.export.decoder.DecoderSpec.ExpertGate;
import dev.steering.export.decoder.DecoderSpec.ExpertPlace;
import dev.steering.export.decoder.DecoderSpec.ExpertStorage;
import dev.steering.export.decoder.DecoderSpec.Experts;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Mixer;
import dev.steering.export.decoder.DecoderSpec.Routing;
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
 * Models some of whose layers have no softmax attention: Qwen 3.5 and Qwen3-Next (gated delta rule) and LFM2 (short convolutions). These
 * layers keep states in the place of keys and values.
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
    private static final Map<String, ?> QWEN_MIXTURE = Map.of(
            "num_key_value_heads",
            2,
            "num_experts",
            256,
            "num_experts_per_tok",
            8,
            "moe_intermediate_size",
            512,
            "shared_expert_intermediate_size",
            512);
    private static final Map<String, ?> QWEN_NEXT = Map.of(
            "num_key_value_heads",
            2,
            "num_experts",
            512,
            "num_experts_per_tok",
            10,
            "moe_intermediate_size",
            512,
            "shared_expert_intermediate_size",
            512);

    /** What the MLP's width would be: no layer may have one. */
    private static final Map<String, ?> EVERY_LAYER =
            Map.of("intermediate_size", 1, "decoder_sparse_step", 1, "norm_topk_prob", true);

    private static final Map<String, ?> LFM2_MIXTURE = Map.of(
            "num_experts", 32, "num_experts_per_tok", 4, "moe_intermediate_size", 1792, "intermediate_size", 7168);
    private static final double SHARE_EPSILON = 1e-6;
    private static final String TYPES = "layer_types";
    private static final String FULL = "full_attention";

    private HybridConfig() {}

    static DecoderSpec readQwenText(ConfigReader raw, TensorPrefix tensors) {
        return qwen(raw, tensors, false).build("qwen3_5_text");
    }

    /** With experts in every layer. */
    static DecoderSpec readQwenMixture(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = qwen(raw.withDefaults(QWEN_MIXTURE).withDefaults(EVERY_LAYER), tensors, false);
        MixtureConfig.qwenShared(builder);
        return builder.build("qwen3_5_moe_text");
    }

    /** With experts, and matrices that hold what belongs to a key head side by side. */
    static DecoderSpec readQwenNext(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = qwen(raw.withDefaults(QWEN_NEXT).withDefaults(EVERY_LAYER), tensors, true);
        MixtureConfig.qwenShared(builder);
        return builder.build("qwen3_next");
    }

    private static SpecBuilder qwen(ConfigReader raw, TensorPrefix tensors, boolean packed) {
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
                config.positive("linear_conv_kernel_dim"),
                packed));
        builder.otherParts(List.of("mtp."));
        int every = config.positive("full_attention_interval");
        List<String> types = types(config, builder.layers(), "linear_attention", every);
        builder.mixer(Mixer.DELTA_RULE, layer -> !types.get(layer).equals(FULL));
        return builder;
    }

    static DecoderSpec readQwen(ConfigReader whole, TensorPrefix tensors) {
        whole.refuseQuantization();
        return readQwenText(
                whole.object("text_config").withDefaults(Wrappers.tied(whole)), tensors.besides(Wrappers.OTHER_PARTS));
    }

    static DecoderSpec readQwenMixtureWhole(ConfigReader whole, TensorPrefix tensors) {
        whole.refuseQuantization();
        return readQwenMixture(
                whole.object("text_config").withDefaults(Wrappers.tied(whole)), tensors.besides(Wrappers.OTHER_PARTS));
    }

    static DecoderSpec readLfm2(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(LFM2);
        return lfm2(config.with(Map.of("intermediate_size", width(config))), tensors)
                .build("lfm2");
    }

    /** With experts behind the first layers. */
    static DecoderSpec readLfm2Mixture(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(LFM2_MIXTURE).withDefaults(LFM2);
        SpecBuilder builder = lfm2(config, tensors);
        builder.rename(Part.ROUTER, "feed_forward.gate");
        builder.rename(Part.ROUTER_CORRECTION, "feed_forward.expert_bias");
        builder.rename(Part.EXPERTS, "feed_forward.experts");
        builder.rename(Part.EXPERT_GATE, "w1");
        builder.rename(Part.EXPERT_UP, "w3");
        builder.rename(Part.EXPERT_DOWN, "w2");
        int dense = (int) config.nonNegative("num_dense_layers", 2);
        builder.mixture(
                new Experts(
                        config.positive("num_experts"),
                        config.positive("num_experts_per_tok"),
                        config.positive("moe_intermediate_size"),
                        builder.activation(),
                        ExpertGate.PLAIN,
                        config.flag("norm_topk_prob", true) ? Routing.SIGMOID_NORMED : Routing.SIGMOID,
                        ExpertStorage.SEPARATE,
                        false,
                        0,
                        false,
                        new Choice(
                                config.flag("use_expert_bias", true),
                                1,
                                1,
                                1,
                                config.positiveNumber("routed_scaling_factor", 1),
                                SHARE_EPSILON),
                        ExpertPlace.INSTEAD_OF_MLP),
                layer -> layer >= dense);
        return builder.build("lfm2_moe");
    }

    private static SpecBuilder lfm2(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
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
        return builder;
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
