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

/** Families that are Llama but for one thing each. */
final class LlamaLikeConfig {
    private static final Map<String, ?> SEED_OSS = Map.of(
            "hidden_act",
            "silu",
            "rms_norm_eps",
            1e-6,
            "max_position_embeddings",
            524288,
            "num_key_value_heads",
            8,
            "head_dim",
            128,
            "attention_bias",
            true);
    private static final Map<String, ?> ERNIE = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-5,
            "max_position_embeddings", 131072,
            "num_key_value_heads", 2,
            "head_dim", 128,
            "rope_theta", 500_000,
            "tie_word_embeddings", true);
    private static final Map<String, ?> HUNYUAN =
            Map.of("hidden_act", "silu", "rms_norm_eps", 1e-5, "max_position_embeddings", 2048);
    private static final Map<String, ?> ARCEE =
            Map.of("hidden_act", "relu2", "rms_norm_eps", 1e-5, "max_position_embeddings", 4096);
    private static final Map<String, ?> HELIUM = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-8,
            "max_position_embeddings", 4096,
            "num_key_value_heads", 20,
            "head_dim", 128,
            "rope_theta", 100_000);
    private static final Map<String, ?> MINISTRAL = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-5,
            "max_position_embeddings", 262144,
            "num_key_value_heads", 8,
            "head_dim", 128);

    private LlamaLikeConfig() {}

    /** Seed-OSS: the output projection has a bias of its own. */
    static DecoderSpec readSeedOss(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = llama(raw.withDefaults(SEED_OSS), tensors);
        builder.outputBias(builder.config().flag("attention_out_bias", false));
        return builder.build("seed_oss");
    }

    /** ERNIE 4.5: neighbours are turned, and one key says whether there are biases. */
    static DecoderSpec readErnie(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = llama(raw.withDefaults(ERNIE), tensors);
        boolean biases = builder.config().flag("use_bias", false);
        builder.inputBias(biases);
        builder.outputBias(biases);
        builder.mlpBias(biases);
        builder.interleaved(true);
        return builder.build("ernie4_5");
    }

    /** Hunyuan, dense: queries and keys are normed after they have been turned. */
    static DecoderSpec readHunyuan(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(raw.withDefaults(HUNYUAN), tensors, Set.of("use_qk_norm"));
        if (!builder.config().flag("use_qk_norm", true)) {
            throw builder.config().unsupported("use_qk_norm", "true");
        }
        builder.noWindow();
        builder.biases(false);
        builder.headNorm(HeadNorm.EACH_HEAD_TURNED);
        builder.rename(Part.QUERY_NORM, "self_attn.query_layernorm");
        builder.rename(Part.KEY_NORM, "self_attn.key_layernorm");
        builder.rotary(RotaryConfig.readAlpha(builder));
        return builder.build("hunyuan_v1_dense");
    }

    /** Arcee: an MLP without gate. */
    static DecoderSpec readArcee(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = llama(raw.withDefaults(ARCEE), tensors);
        builder.gateless(true);
        return builder.build("arcee");
    }

    /** Helium: neighbours are turned. */
    static DecoderSpec readHelium(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = llama(raw.withDefaults(HELIUM), tensors);
        builder.outputBias(false);
        builder.interleaved(true);
        return builder.build("helium");
    }

    /** Ministral 3: queries grow with the position. */
    static DecoderSpec readMinistral3(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(raw.withDefaults(MINISTRAL), tensors, Set.of());
        builder.window(builder.config().has("sliding_window") ? builder.config().positive("sliding_window") : 0);
        builder.rotary(RotaryConfig.readGrowing(builder));
        return builder.build("ministral3");
    }

    private static SpecBuilder llama(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.noWindow();
        builder.biases(true);
        builder.rotary(RotaryConfig.read(builder));
        return builder;
    }
}
