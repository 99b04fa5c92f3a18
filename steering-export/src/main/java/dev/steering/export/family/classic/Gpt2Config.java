package dev.steering.export.family.classic;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.LearnedPositions;
import dev.steering.export.decoder.DecoderSpec.Projections;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** GPT-2: learned positions, and matrices that are stored with a row for every input. */
public final class Gpt2Config {
    private static final int WIDENING = 4;
    private static final Map<String, ?> DEFAULTS =
            Map.of("activation_function", "gelu_new", "layer_norm_epsilon", 1e-5, "tie_word_embeddings", true);

    private Gpt2Config() {}

    public static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(usual(raw, 768, 12, 12, 1024));
        config.refuse("scale_attn_by_inverse_layer_idx", "the scale of the scores would differ from layer to layer.");
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.activation(config.text("activation_function", "gelu_new"));
        builder.layerNorms("layer_norm_epsilon", true);
        builder.scale(config.flag("scale_attn_weights", true) ? builder.scale() : 1);
        builder.inputBias(true);
        builder.outputBias(true);
        builder.mlpBias(true);
        builder.inputRows(true);
        builder.derived(List.of(".attn.bias", ".attn.masked_bias"));
        builder.projections(Projections.STACKED);
        builder.plainMlp("mlp.c_fc", "mlp.c_proj");
        builder.noRotary();
        builder.positions(new LearnedPositions(builder.context(), 0));
        builder.rename(Part.POSITIONS, "wpe");
        builder.rename(Part.LAYERS, "h");
        builder.rename(Part.ATTENTION_NORM, "ln_1");
        builder.rename(Part.MLP_NORM, "ln_2");
        builder.rename(Part.FINAL_NORM, "ln_f");
        builder.rename(Part.QUERY_KEY_VALUE, "attn.c_attn");
        builder.rename(Part.OUTPUT, "attn.c_proj");
        return builder.build("gpt2");
    }

    /** The keys under the names that other families give them; where one is missing, that of the family's usual model. */
    static Map<String, Object> usual(ConfigReader raw, int hidden, int layers, int heads, int context) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("hidden_size", raw.positive("n_embd", hidden));
        keys.put("num_hidden_layers", raw.positive("n_layer", layers));
        keys.put("num_attention_heads", raw.positive("n_head", heads));
        keys.put("max_position_embeddings", raw.positive("n_positions", context));
        keys.put("intermediate_size", raw.positive("n_inner", WIDENING * raw.positive("n_embd", hidden)));
        return keys;
    }
}
