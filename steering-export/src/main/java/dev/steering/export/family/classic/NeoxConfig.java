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
import java.util.List;
import java.util.Map;
import java.util.Set;

/** GPT-NeoX and Pythia: attention and MLP side by side behind norms of their own, queries, keys and values packed by head. */
public final class NeoxConfig {
    private static final Map<String, ?> DEFAULTS =
            Map.of("hidden_act", "gelu", "layer_norm_eps", 1e-5, "max_position_embeddings", 2048);

    private NeoxConfig() {}

    public static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(older(raw));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("partial_rotary_factor"));
        builder.noWindow();
        builder.layerNorms("layer_norm_eps", true);
        builder.flow(config.flag("use_parallel_residual", true) ? Flow.PARALLEL_TWO_NORMS : Flow.PRE_NORM);
        builder.inputBias(config.flag("attention_bias", true));
        builder.outputBias(builder.inputBias());
        builder.mlpBias(true);
        builder.derived(List.of(".attention.bias", ".attention.masked_bias", "rotary_emb.inv_freq"));
        builder.projections(Projections.BY_KEY);
        builder.plainMlp("mlp.dense_h_to_4h", "mlp.dense_4h_to_h");
        builder.rename(Part.QUERY_KEY_VALUE, "attention.query_key_value");
        builder.rename(Part.OUTPUT, "attention.dense");
        builder.rename(Part.FINAL_NORM, "final_layer_norm");
        builder.rotary(RotaryConfig.readPartial(builder));
        return builder.build("gpt_neox");
    }

    /** What the keys of today are called in configs of before transformers 5. */
    private static Map<String, Object> older(ConfigReader raw) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("rope_theta", raw.positiveNumber("rotary_emb_base", 10_000));
        keys.put("partial_rotary_factor", raw.positiveNumber("rotary_pct", 0.25));
        return keys;
    }
}
