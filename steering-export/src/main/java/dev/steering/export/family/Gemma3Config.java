package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.rotary.RotaryTable;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gemma 3, alone or as the text part of the model that also sees images: norms of query and key heads, and a rotary embedding
 * of their own for the sliding layers. Published configs leave out whatever is at its default.
 *
 * <p>The reference implementation reads {@code attn_logit_softcapping} and does not apply it; neither does this.
 */
final class Gemma3Config {
    private static final Map<String, ?> DEFAULTS = Map.ofEntries(
            Map.entry("vocab_size", 262208),
            Map.entry("hidden_size", 2304),
            Map.entry("intermediate_size", 9216),
            Map.entry("num_hidden_layers", 26),
            Map.entry("num_attention_heads", 8),
            Map.entry("num_key_value_heads", 4),
            Map.entry("head_dim", 256),
            Map.entry("max_position_embeddings", 131072),
            Map.entry("rms_norm_eps", 1e-6),
            Map.entry("query_pre_attn_scalar", 256),
            Map.entry("sliding_window", 4096),
            Map.entry("sliding_window_pattern", 6),
            Map.entry("tie_word_embeddings", true));

    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";
    private static final String NONE = "";
    private static final double LOCAL_THETA = 10_000;
    private static final double GLOBAL_THETA = 1_000_000;

    private static final List<String> VISION =
            List.of("vision_tower.", "multi_modal_projector.", "model.vision_tower.", "model.multi_modal_projector.");

    private Gemma3Config() {}

    static DecoderSpec readText(ConfigReader raw, TensorPrefix tensors) {
        return read(raw.withDefaults(DEFAULTS), tensors).build("gemma3_text");
    }

    static DecoderSpec readMultimodal(ConfigReader whole, TensorPrefix tensors) {
        whole.refuseQuantization();
        ConfigReader text = whole.object("text_config").withDefaults(DEFAULTS);
        text.refuse("final_logit_softcapping", "the reference implementation has it for gemma3_text only.");
        SpecBuilder builder = read(text, tensors);
        builder.tied(whole.flag("tie_word_embeddings", builder.tied()));
        builder.otherParts(VISION);
        return builder.build("gemma3");
    }

    private static SpecBuilder read(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(
                config, tensors, Set.of("query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping"));
        GemmaConfig.common(builder);
        GemmaConfig.second(builder);
        builder.headNorm(HeadNorm.EACH_HEAD);
        int pattern = config.positive("sliding_window_pattern");
        LayerTypes types = LayerTypes.read(config, builder.layers(), layer -> (layer + 1) % pattern != 0);
        builder.windows(types, config.has("sliding_window") ? config.positive("sliding_window") : 0);
        // Table 0 is that of the full layers, table 1 that of the sliding ones.
        builder.rotaries(rotaries(builder));
        builder.plan(builder.plan().stream()
                .map(layer -> new Layer(layer.window() > 0 ? 1 : 0, layer.window()))
                .toList());
        return builder;
    }

    /** Older configs scale the full layers only; those of transformers 5 have one object for each type of layer. */
    private static List<RotaryTable> rotaries(SpecBuilder builder) {
        ConfigReader config = builder.config();
        ConfigReader full = config.objectOrEmpty("rope_scaling");
        ConfigReader sliding = config.objectOrEmpty(NONE);
        if (config.has("rope_parameters")) {
            ConfigReader both = config.object("rope_parameters");
            both.keys().stream()
                    .filter(k -> !k.equals(FULL) && !k.equals(SLIDING))
                    .findFirst()
                    .ifPresent(k -> {
                        throw both.error(
                                k + " is not supported here; expected " + FULL + " and " + SLIDING + " objects.");
                    });
            if (full.keys().isEmpty()) {
                full = both.objectOrEmpty(FULL);
            }
            sliding = both.objectOrEmpty(SLIDING);
        }
        return List.of(
                RotaryConfig.read(full, builder, config.positiveNumber("rope_theta", GLOBAL_THETA)),
                RotaryConfig.read(sliding, builder, config.positiveNumber("rope_local_base_freq", LOCAL_THETA)));
    }
}
