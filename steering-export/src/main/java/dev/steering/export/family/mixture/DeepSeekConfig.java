package dev.steering.export.family.mixture;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Choice;
import dev.steering.export.decoder.DecoderSpec.ExpertGate;
import dev.steering.export.decoder.DecoderSpec.ExpertPlace;
import dev.steering.export.decoder.DecoderSpec.ExpertStorage;
import dev.steering.export.decoder.DecoderSpec.Experts;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Latent;
import dev.steering.export.decoder.DecoderSpec.Routing;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** DeepSeek V2 and V3, and GLM 4.5, which has V3's experts behind an attention of its own. */
public final class DeepSeekConfig {
    private static final Map<String, ?> COMMON = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-6,
            "kv_lora_rank", 512,
            "qk_rope_head_dim", 64,
            "qk_nope_head_dim", 128,
            "v_head_dim", 128);
    private static final Map<String, ?> V2 = Map.of(
            "max_position_embeddings", 2048,
            "q_lora_rank", 1536,
            "n_routed_experts", 64,
            "n_shared_experts", 2,
            "moe_intermediate_size", 1407,
            "first_k_dense_replace", 0,
            "routed_scaling_factor", 1,
            "topk_method", "greedy");
    private static final Map<String, ?> V3 = Map.of(
            "max_position_embeddings", 4096,
            "q_lora_rank", 1536,
            "n_routed_experts", 256,
            "n_shared_experts", 1,
            "moe_intermediate_size", 2048,
            "num_experts_per_tok", 8,
            "first_k_dense_replace", 3,
            "routed_scaling_factor", 2.5);
    private static final Map<String, ?> V3_GROUPS = Map.of("n_group", 8, "topk_group", 4);
    private static final Map<String, ?> GLM = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-5,
            "max_position_embeddings", 131072,
            "num_key_value_heads", 8,
            "partial_rotary_factor", 0.5,
            "n_routed_experts", 128,
            "n_shared_experts", 1,
            "moe_intermediate_size", 1408);
    private static final Map<String, ?> GLM_EXPERTS = Map.of(
            "num_experts_per_tok",
            8,
            "first_k_dense_replace",
            1,
            "routed_scaling_factor",
            1,
            "n_group",
            1,
            "topk_group",
            1);

    private DeepSeekConfig() {}

    public static DecoderSpec readV2(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = latent(raw.withDefaults(V2).withDefaults(COMMON), tensors);
        ConfigReader config = builder.config();
        builder.interleaved(true);
        builder.mlpBias(config.flag("mlp_bias", false));
        boolean grouped = config.text("topk_method", "").equals("group_limited_greedy");
        if (!grouped && !config.text("topk_method", "").equals("greedy")) {
            throw config.unsupported("topk_method", "greedy, group_limited_greedy");
        }
        if (config.flag("norm_topk_prob", false)) {
            throw config.unsupported("norm_topk_prob", "false");
        }
        double scale = config.positiveNumber("routed_scaling_factor");
        Choice choice = grouped
                ? new Choice(false, config.positive("n_group"), config.positive("topk_group"), 1, scale)
                : new Choice(false, 1, 1, 1, scale);
        experts(builder, Routing.SOFTMAX, choice);
        return builder.build("deepseek_v2");
    }

    public static DecoderSpec readV3(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder =
                latent(raw.withDefaults(V3).withDefaults(V3_GROUPS).withDefaults(COMMON), tensors);
        builder.interleaved(builder.config().flag("rope_interleave", true));
        sigmoidExperts(builder);
        return builder.build("deepseek_v3");
    }

    public static DecoderSpec readGlm(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(GLM).withDefaults(GLM_EXPERTS);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("partial_rotary_factor", "use_qk_norm"));
        builder.noWindow();
        builder.inputBias(config.flag("attention_bias", false));
        builder.headNorm(config.flag("use_qk_norm", false) ? HeadNorm.EACH_HEAD : HeadNorm.NONE);
        builder.rotary(RotaryConfig.readPartial(builder));
        sigmoidExperts(builder);
        return builder.build("glm4_moe");
    }

    private static SpecBuilder latent(ConfigReader config, TensorPrefix tensors) {
        int plain = config.positive("qk_nope_head_dim");
        int turned = config.positive("qk_rope_head_dim");
        int queryRank = config.has("q_lora_rank") ? config.positive("q_lora_rank") : 0;
        SpecBuilder builder = new SpecBuilder(config.with(heads(config, plain + turned)), tensors, Set.of());
        builder.noWindow();
        builder.inputBias(config.flag("attention_bias", false));
        builder.outputBias(builder.inputBias());
        builder.latent(
                new Latent(queryRank, config.positive("kv_lora_rank"), plain, turned, config.positive("v_head_dim")));
        builder.scale(builder.scale() * RotaryConfig.scoreFactor(builder));
        builder.rotary(RotaryConfig.readSized(builder, turned));
        return builder;
    }

    /** Every head has a key, whatever the config says of keys that are shared, and this size, whatever it says of heads. */
    private static Map<String, Object> heads(ConfigReader config, int size) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("head_dim", size);
        keys.put("num_key_value_heads", config.positive("num_attention_heads"));
        return keys;
    }

    private static void sigmoidExperts(SpecBuilder builder) {
        ConfigReader config = builder.config();
        Choice choice = new Choice(
                true,
                config.positive("n_group"),
                config.positive("topk_group"),
                2,
                config.positiveNumber("routed_scaling_factor"));
        boolean normed = config.flag("norm_topk_prob", true);
        experts(builder, normed ? Routing.SIGMOID_NORMED : Routing.SIGMOID, choice);
        int predicting = (int) config.nonNegative("num_nextn_predict_layers", config.nonNegative("num_mtp_layers", 1));
        for (int l = 0; l < predicting; l++) {
            builder.otherLayer(builder.layers() + l);
        }
    }

    private static void experts(SpecBuilder builder, Routing routing, Choice choice) {
        ConfigReader config = builder.config();
        int width = config.positive("moe_intermediate_size");
        int dense = (int) config.nonNegative("first_k_dense_replace", 0);
        int step = config.positive("moe_layer_freq", 1);
        builder.rename(Part.SHARED_EXPERT, "mlp.shared_experts");
        Experts experts = new Experts(
                config.positive("n_routed_experts"),
                config.positive("num_experts_per_tok"),
                width,
                builder.activation(),
                ExpertGate.PLAIN,
                routing,
                ExpertStorage.SEPARATE,
                false,
                width * config.positive("n_shared_experts"),
                false,
                choice,
                ExpertPlace.INSTEAD_OF_MLP);
        builder.mixture(experts, layer -> layer >= dense && layer % step == 0);
    }
}
