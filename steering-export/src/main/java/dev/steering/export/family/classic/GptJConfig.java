package dev.steering.export.family.classic;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** GPT-J: attention and MLP read one layer norm, the first components of every head are turned, by neighbours. */
public final class GptJConfig {
    private static final Map<String, ?> DEFAULTS =
            Map.of("activation_function", "gelu_new", "layer_norm_epsilon", 1e-5, "rotary_dim", 64);

    private GptJConfig() {}

    public static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader named = raw.withDefaults(DEFAULTS).withDefaults(Gpt2Config.usual(raw, 4096, 28, 16, 2048));
        ConfigReader config = named.withDefaults(rotary(named));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("partial_rotary_factor"));
        builder.activation(config.text("activation_function", "gelu_new"));
        builder.flow(Flow.PARALLEL);
        builder.layerNorms("layer_norm_epsilon", true);
        builder.mlpBias(true);
        builder.headBias(true);
        builder.interleaved(true);
        builder.derived(List.of(".attn.bias", ".attn.masked_bias"));
        builder.plainMlp("mlp.fc_in", "mlp.fc_out");
        builder.rename(Part.LAYERS, "h");
        builder.rename(Part.ATTENTION_NORM, "ln_1");
        builder.rename(Part.FINAL_NORM, "ln_f");
        builder.rename(Part.QUERY, "attn.q_proj");
        builder.rename(Part.KEY, "attn.k_proj");
        builder.rename(Part.VALUE, "attn.v_proj");
        builder.rename(Part.OUTPUT, "attn.out_proj");
        builder.rotary(RotaryConfig.readPartial(builder));
        return builder.build("gptj");
    }

    private static Map<String, Object> rotary(ConfigReader config) {
        int size = config.positive("hidden_size") / config.positive("num_attention_heads");
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("partial_rotary_factor", (double) config.positive("rotary_dim", size) / size);
        return keys;
    }
}
