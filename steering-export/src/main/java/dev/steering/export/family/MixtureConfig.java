package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Choice;
import dev.steering.export.decoder.DecoderSpec.ExpertGate;
import dev.steering.export.decoder.DecoderSpec.ExpertPlace;
import dev.steering.export.decoder.DecoderSpec.ExpertStorage;
import dev.steering.export.decoder.DecoderSpec.Experts;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Routing;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** Families with a mixture of experts in the place of the MLP: Mixtral, Qwen 2 and 3 MoE, OLMoE, Granite MoE, gpt-oss. */
final class MixtureConfig {
    private static final Map<String, ?> MIXTRAL = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-5,
            "max_position_embeddings", 131072,
            "num_key_value_heads", 8,
            "num_local_experts", 8,
            "num_experts_per_tok", 2,
            "rope_theta", 1_000_000);
    private static final Map<String, ?> QWEN = Map.of(
            "hidden_act",
            "silu",
            "rms_norm_eps",
            1e-6,
            "max_position_embeddings",
            32768,
            "sliding_window",
            4096,
            "decoder_sparse_step",
            1,
            "norm_topk_prob",
            false);
    private static final Map<String, ?> QWEN2 = Map.of(
            "num_key_value_heads", 16,
            "num_experts_per_tok", 4,
            "moe_intermediate_size", 1408,
            "shared_expert_intermediate_size", 5632,
            "qkv_bias", true);
    private static final Map<String, ?> QWEN3 =
            Map.of("num_key_value_heads", 4, "num_experts_per_tok", 8, "moe_intermediate_size", 768);
    private static final Map<String, ?> OLMOE = Map.of(
            "hidden_act",
            "silu",
            "rms_norm_eps",
            1e-5,
            "max_position_embeddings",
            4096,
            "num_experts_per_tok",
            8,
            "norm_topk_prob",
            false);
    private static final Map<String, ?> GRANITE = Map.of("num_local_experts", 8, "num_experts_per_tok", 2);
    private static final Map<String, ?> GPT_OSS = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-5,
            "max_position_embeddings", 131072,
            "num_key_value_heads", 8,
            "head_dim", 64,
            "sliding_window", 128,
            "num_experts_per_tok", 4,
            "attention_bias", true,
            "rope_theta", 150_000);
    private static final Map<String, ?> GPT_OSS_ROTARY = Map.of(
            "rope_type",
            "yarn",
            "factor",
            32.0,
            "beta_fast",
            32.0,
            "beta_slow",
            1.0,
            "truncate",
            false,
            "original_max_position_embeddings",
            4096);

    private MixtureConfig() {}

    static DecoderSpec readMixtral(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(raw.withDefaults(MIXTRAL), tensors, Set.of());
        ConfigReader config = builder.config();
        builder.window(config.has("sliding_window") ? config.positive("sliding_window") : 0);
        builder.rotary(RotaryConfig.read(builder));
        builder.rename(Part.ROUTER, "block_sparse_moe.gate");
        builder.rename(Part.EXPERTS, "block_sparse_moe.experts");
        builder.rename(Part.EXPERT_GATE, "w1");
        builder.rename(Part.EXPERT_UP, "w3");
        builder.rename(Part.EXPERT_DOWN, "w2");
        builder.mixture(plain(builder, "intermediate_size", Routing.SOFTMAX_OF_LARGEST, 0), layer -> true);
        return builder.build("mixtral");
    }

    static DecoderSpec readQwen2(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = qwen(raw.withDefaults(QWEN2).withDefaults(QWEN), tensors);
        builder.inputBias(builder.config().flag("qkv_bias", true));
        int shared = builder.config().positive("shared_expert_intermediate_size");
        builder.mixture(plain(builder, "moe_intermediate_size", routing(builder.config()), shared), sparse(builder));
        return builder.build("qwen2_moe");
    }

    static DecoderSpec readQwen3(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = qwen(raw.withDefaults(QWEN3).withDefaults(QWEN), tensors);
        builder.biases(false);
        builder.headNorm(HeadNorm.EACH_HEAD);
        builder.mixture(plain(builder, "moe_intermediate_size", routing(builder.config()), 0), sparse(builder));
        return builder.build("qwen3_moe");
    }

    static DecoderSpec readOlmoe(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(raw.withDefaults(OLMOE), tensors, Set.of("clip_qkv"));
        builder.config().refuse("clip_qkv", "queries and keys would be cut behind their norms.");
        builder.noWindow();
        builder.biases(false);
        builder.headNorm(HeadNorm.ALL_HEADS);
        builder.rotary(RotaryConfig.read(builder));
        builder.mixture(plain(builder, "intermediate_size", routing(builder.config()), 0), layer -> true);
        return builder.build("olmoe");
    }

    static DecoderSpec readGranite(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = GraniteConfig.common(raw.withDefaults(GRANITE), tensors);
        graniteExperts(builder, builder.config().positive("num_local_experts"), ExpertPlace.INSTEAD_OF_MLP);
        return builder.build("granitemoe");
    }

    /**
     * The experts of Granite's mixtures, in every layer.
     *
     * @param experts how many a layer has
     * @param place where what they write goes
     */
    static void graniteExperts(SpecBuilder builder, int experts, ExpertPlace place) {
        builder.rename(Part.ROUTER, "block_sparse_moe.router.layer");
        builder.rename(Part.EXPERT_GATE, "block_sparse_moe.input_linear.weight");
        builder.rename(Part.EXPERT_DOWN, "block_sparse_moe.output_linear.weight");
        ConfigReader config = builder.config();
        builder.mixture(
                new Experts(
                        experts,
                        config.positive("num_experts_per_tok"),
                        config.positive("intermediate_size"),
                        builder.activation(),
                        ExpertGate.PLAIN,
                        Routing.SOFTMAX_OF_LARGEST,
                        ExpertStorage.STACKED,
                        false,
                        0,
                        false,
                        Choice.LARGEST,
                        place),
                layer -> true);
    }

    static DecoderSpec readGptOss(ConfigReader raw, TensorPrefix tensors) {
        boolean said = raw.has("rope_parameters") || raw.has("rope_scaling");
        ConfigReader config =
                raw.withDefaults(GPT_OSS).withDefaults(said ? Map.of() : Map.of("rope_scaling", GPT_OSS_ROTARY));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.biases(false);
        builder.sinks(true);
        builder.windows(
                LayerTypes.read(config, builder.layers(), layer -> layer % 2 == 0), config.positive("sliding_window"));
        builder.rotary(RotaryConfig.read(builder));
        builder.rename(Part.ROUTER, "mlp.router");
        builder.rename(Part.EXPERT_GATE, "mlp.experts.gate_up_proj");
        builder.rename(Part.EXPERT_DOWN, "mlp.experts.down_proj");
        builder.mixture(
                new Experts(
                        config.positive(config.has("num_experts") ? "num_experts" : "num_local_experts"),
                        config.positive("num_experts_per_tok"),
                        config.positive("intermediate_size"),
                        builder.activation(),
                        ExpertGate.CLAMPED,
                        Routing.SOFTMAX_OF_LARGEST,
                        ExpertStorage.STACKED_INPUTS,
                        true,
                        0,
                        false,
                        Choice.LARGEST,
                        ExpertPlace.INSTEAD_OF_MLP),
                layer -> true);
        return builder.build("gpt_oss");
    }

    /** The experts of Qwen3-Next and Qwen 3.5: with one that every token uses. */
    static void qwenShared(SpecBuilder builder) {
        int shared = builder.config().positive("shared_expert_intermediate_size");
        builder.mixture(plain(builder, "moe_intermediate_size", routing(builder.config()), shared), sparse(builder));
    }

    private static SpecBuilder qwen(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        if (config.flag("use_sliding_window", false)) {
            throw config.error("use_sliding_window is not supported for mixtures of experts.");
        }
        builder.rotary(RotaryConfig.read(builder));
        return builder;
    }

    /** Every so-manieth layer has experts, but for those that are named. */
    private static IntPredicate sparse(SpecBuilder builder) {
        int step = builder.config().positive("decoder_sparse_step");
        List<String> dense = builder.config().texts("mlp_only_layers");
        return layer -> (layer + 1) % step == 0 && !dense.contains(Integer.toString(layer));
    }

    private static Routing routing(ConfigReader config) {
        return config.flag("norm_topk_prob", false) ? Routing.SOFTMAX_OF_LARGEST : Routing.SOFTMAX;
    }

    private static Experts plain(SpecBuilder builder, String width, Routing routing, int sharedWidth) {
        ConfigReader config = builder.config();
        return new Experts(
                config.positive(config.has("num_experts") ? "num_experts" : "num_local_experts"),
                config.positive("num_experts_per_tok"),
                config.positive(width),
                builder.activation(),
                ExpertGate.PLAIN,
                routing,
                ExpertStorage.SEPARATE,
                false,
                sharedWidth,
                true,
                Choice.LARGEST,
                ExpertPlace.INSTEAD_OF_MLP);
    }
}
