package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.Multipliers;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gemma 1 and 2. All Gemmas add 1 to the norms' weights and multiply the embedding by the root of its width, which is not
 * rounded to the weights' precision here.
 */
final class GemmaConfig {
    private static final String TANH = "gelu_pytorch_tanh";

    private static final Map<String, ?> DEFAULTS =
            Map.of("rms_norm_eps", 1e-6, "max_position_embeddings", 8192, "head_dim", 256, "tie_word_embeddings", true);

    private static final Map<String, ?> DEFAULTS_2 = Map.of(
            "num_key_value_heads", 4,
            "hidden_activation", TANH,
            "query_pre_attn_scalar", 256,
            "sliding_window", 4096,
            "attn_logit_softcapping", 50,
            "final_logit_softcapping", 30);

    private GemmaConfig() {}

    static DecoderSpec readGemma(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(Map.of("num_key_value_heads", 16));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.noWindow();
        common(builder);
        builder.activation(activation(config));
        builder.rotaries(List.of(RotaryConfig.read(builder)));
        return builder.build("gemma");
    }

    static DecoderSpec readGemma2(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(DEFAULTS_2);
        SpecBuilder builder = new SpecBuilder(
                config, tensors, Set.of("query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping"));
        common(builder);
        second(builder);
        builder.attentionSoftcap(config.positiveNumber("attn_logit_softcapping", 0));
        builder.windows(
                LayerTypes.read(config, builder.layers(), layer -> layer % 2 == 0),
                config.has("sliding_window") ? config.positive("sliding_window") : 0);
        builder.rotaries(List.of(RotaryConfig.read(builder)));
        return builder.build("gemma2");
    }

    /** What all Gemmas share. */
    static void common(SpecBuilder builder) {
        builder.biases(false);
        builder.normOffset(1);
        builder.multipliers(new Multipliers(Math.sqrt(builder.hidden()), 1, 1, 0));
    }

    /** What Gemma 2 and 3 share. */
    static void second(SpecBuilder builder) {
        ConfigReader config = builder.config();
        builder.activation(config.text("hidden_activation", TANH));
        builder.flow(Flow.SANDWICH);
        builder.rename(Part.MLP_NORM, "pre_feedforward_layernorm");
        builder.scale(1 / Math.sqrt(config.positiveNumber("query_pre_attn_scalar")));
        builder.multipliers(new Multipliers(
                Math.sqrt(builder.hidden()), 1, 1, config.positiveNumber("final_logit_softcapping", 0)));
    }

    /** The first checkpoints say gelu and mean its approximation; some say it twice. */
    private static String activation(ConfigReader config) {
        String first = tanh(config.text("hidden_act", TANH));
        String second = tanh(config.text("hidden_activation", first));
        if (!first.equals(second)) {
            throw config.error("hidden_act \"" + first + "\" and hidden_activation \"" + second
                    + "\" contradict each other. Remove the one that the model was not trained with.");
        }
        return first;
    }

    private static String tanh(String name) {
        return name.equals("gelu") ? TANH : name;
    }
}
