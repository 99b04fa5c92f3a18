package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** EXAONE 4: norms behind attention and MLP, norms of every head; with a window, the layers without it do not know positions. */
final class ExaoneConfig {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act", "silu",
            "rms_norm_eps", 1e-5,
            "max_position_embeddings", 2048,
            "num_key_value_heads", 32,
            "sliding_window", 4096,
            "sliding_window_pattern", 4);
    private static final String PATTERN = "sliding_window_pattern";

    private ExaoneConfig() {}

    static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of());
        builder.flow(Flow.POST_NORM);
        builder.headNorm(HeadNorm.EACH_HEAD);
        builder.rotary(RotaryConfig.read(builder));
        if (config.has("sliding_window")) {
            LayerTypes types = LayerTypes.read(config, builder.layers(), sliding(config, builder.layers()));
            builder.windows(types, config.positive("sliding_window"));
            builder.rotaryInWindowsOnly();
        }
        return builder.build("exaone4");
    }

    /** A number, every so-manieth layer being full, or letters, L for a window and G for none, the last layer always being full. */
    private static IntPredicate sliding(ConfigReader config, int layers) {
        String pattern = config.text(PATTERN, "");
        if (pattern.matches("[LG]+")) {
            return layer -> layer + 1 < layers && pattern.charAt(layer % pattern.length()) == 'L';
        }
        int every = config.positive(PATTERN);
        return layer -> (layer + 1) % every != 0;
    }
}
