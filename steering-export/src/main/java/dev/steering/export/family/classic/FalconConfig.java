package dev.steering.export.family.classic;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.Projections;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Falcon 1 and 2 (7b, 40b, 180b, 11b), and with ALiBi's slopes in the place of rotary embedding the rw models. */
public final class FalconConfig {
    private static final int WIDENING = 4;

    /** Bits of a float that a bfloat16 has. */
    private static final int KEPT_BITS = 0xFFFF0000;

    private static final int HALF = 0x7FFF;

    private static final Map<String, ?> DEFAULTS = Map.of(
            "activation",
            "gelu",
            "layer_norm_epsilon",
            1e-5,
            "max_position_embeddings",
            2048,
            "tie_word_embeddings",
            true);

    private FalconConfig() {}

    public static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        boolean newer = raw.flag("new_decoder_architecture", false);
        boolean oneKey = !newer && raw.flag("multi_query", true);
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(usual(raw, newer, oneKey));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.activation(config.text("activation", "gelu"));
        builder.layerNorms("layer_norm_epsilon", true);
        boolean biases = config.flag("bias", false);
        builder.inputBias(biases);
        builder.outputBias(biases);
        builder.mlpBias(biases);
        builder.projections(oneKey ? Projections.STACKED : Projections.BY_KEY);
        builder.plainMlp("mlp.dense_h_to_4h", "mlp.dense_4h_to_h");
        builder.rename(Part.LAYERS, "h");
        builder.rename(Part.FINAL_NORM, "ln_f");
        builder.rename(Part.QUERY_KEY_VALUE, "self_attention.query_key_value");
        builder.rename(Part.OUTPUT, "self_attention.dense");
        flow(builder, newer);
        positions(builder);
        return builder.build("falcon");
    }

    private static void flow(SpecBuilder builder, boolean newer) {
        boolean parallel = builder.config().flag("parallel_attn", true);
        if (newer && !parallel) {
            throw builder.config().unsupported("parallel_attn", "true beside new_decoder_architecture");
        }
        int norms = builder.config().positive("num_ln_in_parallel_attn", newer ? 2 : 1);
        if (newer && norms == 2) {
            builder.flow(Flow.PARALLEL_TWO_NORMS);
            builder.rename(Part.ATTENTION_NORM, "ln_attn");
            builder.rename(Part.MLP_NORM, "ln_mlp");
        } else {
            builder.flow(parallel ? Flow.PARALLEL : Flow.PRE_NORM);
        }
    }

    private static void positions(SpecBuilder builder) {
        if (!builder.config().flag("alibi", false)) {
            builder.rotary(RotaryConfig.read(builder));
            return;
        }
        builder.noRotary();
        // The reference rounds slopes to bfloat16 and scales them with the scores.
        builder.slopes(SpecBuilder.alibi(builder.config().positive("num_attention_heads")).stream()
                .map(slope -> (float) (rounded(slope) * builder.scale()))
                .toList());
    }

    private static float rounded(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + HALF + ((bits >> 16) & 1)) & KEPT_BITS);
    }

    /** The keys under the names that other families give them. */
    private static Map<String, Object> usual(ConfigReader raw, boolean newer, boolean oneKey) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("num_hidden_layers", raw.positive("n_layer", 32));
        keys.put("num_attention_heads", raw.positive("n_head", 71));
        int heads = raw.positive("num_attention_heads", raw.positive("n_head", 71));
        int groups = raw.positive("num_kv_heads", raw.positive("n_head_kv", heads));
        keys.put("num_key_value_heads", oneKey ? 1 : newer ? groups : heads);
        int hidden = raw.positive("hidden_size", raw.positive("n_embed", 4544));
        keys.put("hidden_size", hidden);
        keys.put("intermediate_size", raw.positive("ffn_hidden_size", WIDENING * hidden));
        return keys;
    }
}
