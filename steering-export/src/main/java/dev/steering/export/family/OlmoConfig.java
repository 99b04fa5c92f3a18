package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * OLMo 1, 2 and 3. The later ones have norms behind attention and MLP only, and one norm over all heads of queries, and of keys, together. In OLMo 3 three
 * of four layers have a window and an embedding that is never scaled.
 */
final class OlmoConfig {
    private static final Map<String, ?> DEFAULTS =
            Map.of("hidden_act", "silu", "rms_norm_eps", 1e-5, "max_position_embeddings", 2048);
    /** Not a key of the config: the reference has it in its code. */
    private static final String EPSILON = "layer_norm_eps";

    private static final int FULL_EVERY = 4;
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";

    private OlmoConfig() {}

    /** The first OLMo: Llama with layer norms that have no weights. */
    static DecoderSpec readOlmo(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(Map.of(EPSILON, 1e-5));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("clip_qkv"));
        builder.noWindow();
        builder.biases(false);
        builder.bareNorms(EPSILON);
        builder.clip(config.has("clip_qkv") ? config.positiveNumber("clip_qkv") : 0);
        builder.rotary(RotaryConfig.read(builder));
        return builder.build("olmo");
    }

    static DecoderSpec readOlmo2(ConfigReader raw, TensorPrefix tensors) {
        SpecBuilder builder = common(raw.withDefaults(DEFAULTS), tensors);
        builder.noWindow();
        builder.rotary(RotaryConfig.read(builder));
        return builder.build("olmo2");
    }

    static DecoderSpec readOlmo3(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS).withDefaults(Map.of("sliding_window", 4096));
        SpecBuilder builder = common(config, tensors);
        LayerTypes types = LayerTypes.read(config, builder.layers(), layer -> (layer + 1) % FULL_EVERY != 0);
        builder.windows(types, config.has("sliding_window") ? config.positive("sliding_window") : 0);
        double theta = config.positiveNumber("rope_theta", 500_000);
        ConfigReader both = config.objectOrEmpty("rope_parameters");
        ConfigReader full = config.has("rope_scaling") ? config.object("rope_scaling") : both.objectOrEmpty(FULL);
        builder.rotaries(List.of(
                RotaryConfig.read(full, builder, theta),
                RotaryConfig.read(both.objectOrEmpty(SLIDING), builder, theta)));
        builder.plan(builder.plan().stream()
                .map(layer -> new Layer(layer.window() > 0 ? 1 : 0, layer.window()))
                .toList());
        return builder.build("olmo3");
    }

    private static SpecBuilder common(ConfigReader config, TensorPrefix tensors) {
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.biases(false);
        builder.flow(Flow.POST_NORM);
        builder.headNorm(HeadNorm.ALL_HEADS);
        return builder;
    }
}
