package dev.steering.export.family.classic;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Projections;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** BLOOM and MPT: positions are known from slopes that are added to the scores (ALiBi), which reach as far as the text. */
public final class AlibiConfig {
    private static final int WIDENING = 4;
    private static final Map<String, ?> BLOOM =
            Map.of("layer_norm_epsilon", 1e-5, "max_position_embeddings", 2048, "tie_word_embeddings", true);
    private static final Map<String, ?> MPT = Map.of("layer_norm_epsilon", 1e-5, "tie_word_embeddings", true);

    private AlibiConfig() {}

    public static DecoderSpec readBloom(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(BLOOM).withDefaults(usual(raw));
        config.refuse("apply_residual_connection_post_layernorm", "what is added would be normed first.");
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        common(builder, true);
        builder.activation("gelu_pytorch_tanh");
        builder.inputBias(true);
        builder.outputBias(true);
        builder.mlpBias(true);
        builder.embeddingNorm(true);
        builder.projections(Projections.BY_KEY);
        builder.plainMlp("mlp.dense_h_to_4h", "mlp.dense_4h_to_h");
        builder.rename(Part.LAYERS, "h");
        builder.rename(Part.FINAL_NORM, "ln_f");
        builder.rename(Part.QUERY_KEY_VALUE, "self_attention.query_key_value");
        builder.rename(Part.OUTPUT, "self_attention.dense");
        return builder.build("bloom");
    }

    public static DecoderSpec readMpt(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(MPT).withDefaults(usualMpt(raw));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        config.refuse("logit_scale", "the logits' factor is not implemented for this family.");
        ConfigReader attention = config.objectOrEmpty("attn_config");
        attention.refuse("qk_ln", "norms of queries and keys are not implemented for this family.");
        attention.refuse("prefix_lm", "the beginning of the text would see what comes behind it.");
        if (!attention.flag("alibi", true)) {
            throw attention.unsupported("alibi", "true");
        }
        attention.requireNeutral("alibi_bias_max", 8);
        common(builder, false);
        builder.activation("gelu");
        builder.clip(attention.has("clip_qkv") ? attention.positiveNumber("clip_qkv") : 0);
        builder.scale(attention.positiveNumber("softmax_scale", builder.scale()));
        builder.projections(Projections.STACKED);
        builder.plainMlp("ffn.up_proj", "ffn.down_proj");
        builder.rename(Part.LAYERS, "blocks");
        builder.rename(Part.ATTENTION_NORM, "norm_1");
        builder.rename(Part.MLP_NORM, "norm_2");
        builder.rename(Part.FINAL_NORM, "norm_f");
        builder.rename(Part.QUERY_KEY_VALUE, "attn.Wqkv");
        builder.rename(Part.OUTPUT, "attn.out_proj");
        builder.slopes(mptSlopes(config.positive("num_attention_heads")));
        return builder.build("mpt");
    }

    private static void common(SpecBuilder builder, boolean biases) {
        builder.layerNorms("layer_norm_epsilon", biases);
        builder.noRotary();
        builder.slopes(SpecBuilder.alibi(builder.config().positive("num_attention_heads")));
    }

    /** Where the heads are no power of two: those of the next one, every second first. */
    private static List<Float> mptSlopes(int heads) {
        int power = Integer.highestOneBit(heads) == heads ? heads : 2 * Integer.highestOneBit(heads);
        List<Float> all = SpecBuilder.alibi(power);
        return IntStream.range(0, heads)
                .map(h -> power == heads ? h : h < power / 2 ? 2 * h + 1 : 2 * (h - power / 2))
                .mapToObj(all::get)
                .toList();
    }

    private static Map<String, Object> usual(ConfigReader raw) {
        int hidden = raw.positive("hidden_size", raw.positive("n_embed", 64));
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("hidden_size", hidden);
        keys.put("num_hidden_layers", raw.positive("n_layer", 2));
        keys.put("num_attention_heads", raw.positive("n_head", 8));
        keys.put("intermediate_size", WIDENING * hidden);
        return keys;
    }

    private static Map<String, Object> usualMpt(ConfigReader raw) {
        int hidden = raw.positive("d_model", 2048);
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("hidden_size", hidden);
        keys.put("num_hidden_layers", raw.positive("n_layers", 24));
        keys.put("num_attention_heads", raw.positive("n_heads", 16));
        keys.put("max_position_embeddings", raw.positive("max_seq_len", 2048));
        // The reference's MLP is four times as wide whatever expansion_ratio says.
        keys.put("intermediate_size", WIDENING * hidden);
        return keys;
    }
}
